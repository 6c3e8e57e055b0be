"""Forward in time beside other tools: who is right about the newest fifth of each set.

Every tool fits the same point-in-time matrix of what was known before the test window, with the
same weights, and says how likely each mature snapshot of the window is won. Each peer runs in an
environment of its own; one that is not installed is named and left out. AutoGluon has 180 s
(`best_quality`), FLAML 120 s, times the scale; leadgate takes what it takes. The difference is
leadgate minus the peer with the lowest log loss (or the highest AUC), with its 90 % interval,
bootstrap by account. Of real sets nothing is declared: leaks are left out by the probe alone, as in
training. The last rows are the mean ranks over the sets that all tools answered, 1 is best. `keep`
names a folder that keeps the answers, so that sets can be run one by one and read again.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import TestWindow, exported, with_interval
from benchmarks.inputs.known_columns import known_columns
from benchmarks.inputs.leadforge import PLANTED, SEEN_AFTER_DAYS, bare, forged
from benchmarks.inputs.tools import PEERS, run_peer, write_matrices
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from experiments.simulation import WorldSettings
from features.history.lead_history import LeadHistory
from features.tables import load_tables
from leadgate.arrays import Floats
from leadgate.config import Config
from leadgate.policy.ranking import ranked
from training.dataset.matrix import Matrix, labelled_matrix
from training.fit import fit_for_window
from training.prepare import prepare
from training.statistics import metrics

USUAL_TIME = "60 min with all peers"
SMALL = {"sets": ("simulated",), "peers": (), "leads": 1_000}
NEEDS = (NEEDS_DATA,)
REAL = (
    "bank", "bpi2012", "marketstar", "olist", "x_education", "zoho_deals", "loan_leads",
)  # fmt: skip
SETS = (*REAL, "simulated", "leadforge")
OURS = "leadgate"


@dataclass(frozen=True)
class Case:
    """A set: its test window, and the matrix that every tool may fit on."""

    window: TestWindow
    train: Matrix

    @classmethod
    def of(cls, history: LeadHistory, config: Config, leaks: Collection[str] = ()) -> Case:
        """Cut a history at the start of its test window, without leaks stated and suspected."""
        data = prepare(config, history, keep=())
        settings = data.settings.without(leaks, ())
        window = TestWindow.of(data.sample, settings)
        train = labelled_matrix(window.sample.before(window.span, settings), settings)
        assert train is not None
        return cls(window, train)

    def write(self, folder: Path) -> None:
        """Write the matrices for the peers, and what they are evaluated by."""
        window, history = self.window, self.window.sample.history
        at = window.sample.snapshots.take(window.rows)
        write_matrices(
            folder, self.train, self.train.feature_set.matrix(history, at.lead, at.as_of)
        )
        columns = {"y": window.y, "weight": window.weight, "account": window.account}
        evaluated = pd.DataFrame(columns).assign(lead_id=history.lead_ids[at.lead])
        evaluated.to_parquet(folder / "evaluated.parquet")


def case_of(name: str, folder: Path, leads: int) -> Case:
    """Return a set by its name."""
    if name == "leadforge":
        history = forged(leads, "intermediate", 1)["with touches"]
        return Case.of(history, bare((SEEN_AFTER_DAYS,)), PLANTED)
    if name == "simulated":
        config = exported(WorldSettings(n_leads=leads, seed=1), folder)[1]
        return Case.of(load_tables(config).history(), config)
    known = known_columns(name)
    return Case.of(known.history, known.config)


def run_leadgate(case: Case, folder: Path) -> None:
    """Fit leadgate as training does, and answer."""
    window = case.window
    begin = time.perf_counter()
    fit = fit_for_window(window.sample, window.span, window.settings)
    assert fit is not None
    fitted = time.perf_counter()
    np.save(folder / f"{OURS}.npy", fit.readiness(window.sample))
    took = {"fit": fitted - begin, "predict": time.perf_counter() - fitted}
    (folder / f"{OURS}.json").write_text(json.dumps(took))


def figures(evaluated: pd.DataFrame, p: Floats) -> dict[str, Figure]:
    """Return the metrics of one answer."""
    y, w = evaluated["y"].to_numpy(), evaluated["weight"].to_numpy()
    best_first = ranked(p, evaluated["lead_id"].to_numpy(object))
    return {
        "log_loss": float(metrics.log_loss(y, p, w)),
        "auc": float(metrics.auc(y, p, w)),
        "brier": float(metrics.brier(y, p, w)),
        "lift_10": float(metrics.lift_at(y, best_first, w, 0.1)),
        "in_the_large": float(metrics.calibration_in_the_large(y, p, w)),
    }


def ahead(evaluated: pd.DataFrame, ours: Floats, theirs: Floats, metric: str) -> dict[str, float]:
    """Return leadgate minus the other with the 90 % interval."""
    y, w = evaluated["y"].to_numpy(), evaluated["weight"].to_numpy()
    measure: Callable[[Floats, Floats, Floats], Floats] = getattr(metrics, metric)

    def difference(weight: Floats) -> Floats:
        return np.asarray(measure(y, ours, weight) - measure(y, theirs, weight))

    return with_interval("minus_best", difference, evaluated["account"].to_numpy(), w)


def compared(name: str, folder: Path) -> dict[str, dict[str, Figure]]:
    """Return a row for each tool, and leadgate against the best of the others."""
    evaluated = pd.read_parquet(folder / "evaluated.parquet")
    answers = {path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))}
    rows: dict[str, dict[str, Figure]] = {}
    for tool, p in answers.items():
        took = json.loads((folder / f"{tool}.json").read_text())
        rows[f"{name}, {tool}"] = {
            **figures(evaluated, p), "fit_s": took["fit"], "predict_s": took["predict"],
        }  # fmt: skip
    peers = [tool for tool in answers if tool != OURS]
    for metric, sign in (("log_loss", 1), ("auc", -1)):
        if not peers or OURS not in answers:
            break
        best = min(peers, key=lambda tool: sign * rows[f"{name}, {tool}"][metric])
        less = ahead(evaluated, answers[OURS], answers[best], metric)
        rows[f"{name}, leadgate minus {best}, {metric}"] = {**less}
    return rows


def mean_ranks(rows: Figures, sets: Collection[str]) -> dict[str, dict[str, Figure]]:
    """Return each tool's mean rank by log loss, and by log loss and AUC together."""
    tools = [key.split(", ")[1] for key in rows if key.endswith(f", {OURS}")][:1]
    tools += [tool for tool in PEERS if any(f"{name}, {tool}" in rows for name in sets)]
    shown = [
        name for name in sets if all("log_loss" in rows.get(f"{name}, {t}", {}) for t in tools)
    ]
    if len(tools) < 2 or not shown:
        return {}
    loss, auc = (
        pd.DataFrame({n: [rows[f"{n}, {t}"][metric] for t in tools] for n in shown}, index=tools)
        for metric in ("log_loss", "auc")
    )
    by_loss, by_auc = loss.rank().mean(axis=1), (-auc).rank().mean(axis=1)
    return {
        f"mean rank, {tool}": {
            "sets": len(shown), "rank_log_loss": float(by_loss[tool]),
            "rank_both": float((by_loss[tool] + by_auc[tool]) / 2),
        }
        for tool in tools
    }  # fmt: skip


def run(
    sets: tuple[str, ...] = SETS,
    peers: tuple[str, ...] = tuple(PEERS),
    leads: int = 20_000,
    scale: float = 1.0,
    keep: str = "",
) -> Figures:
    """Run the tools on the sets."""
    rows: dict[str, dict[str, Figure]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        for name in sets:
            folder = Path(keep or scratch) / name
            folder.mkdir(parents=True, exist_ok=True)
            wanted = [tool for tool in (OURS, *peers) if not (folder / f"{tool}.npy").is_file()]
            if wanted:
                case = case_of(name, folder, leads)
                case.write(folder)
            for tool in wanted:
                if tool == OURS:
                    run_leadgate(case, folder)
                elif fault := run_peer(tool, folder, scale):
                    rows[f"{name}, {tool}"] = {"left_out": fault}
            rows |= compared(name, folder)
    return rows | mean_ranks(rows, sets)
