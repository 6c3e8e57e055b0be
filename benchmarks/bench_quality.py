"""Forward in time beside other tools: who is right about the newest fifth of each set.

    make bench-peers
    python benchmarks/bench_quality.py [--sets bank,olist,...] [--peers autogluon,...]
        [--budget-scale 1.0] [--keep FOLDER]

Every tool fits the same point-in-time matrix of what was known before the test window, with the
same weights, and says how likely each mature snapshot of the window is won. Each peer runs in an
environment of its own; one that is not installed is named and left out. AutoGluon has 180 s
(`best_quality`), FLAML 120 s, times the scale; leadgate takes what it takes. The difference is
leadgate minus the peer with the lowest log loss (or the highest AUC), with its 90 % interval,
bootstrap by account. --keep keeps the answers, so that sets can be run one by one and read again.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from benchmarks.bench_leaks import PLANTED, SEEN_AFTER_DAYS, bare, forged
from benchmarks.data_sets import DATASETS
from experiments.simulation import WorldSettings, simulate
from features.history.lead_history import LeadHistory
from features.tables import load_tables
from leadgate.arrays import Floats, Ints, Texts
from leadgate.config import Config
from leadgate.policy.ranking import ranked
from training.dataset.matrix import Matrix, labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window
from training.leakage.probe import find_leaks
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap
from training.validation.windows import test_window

ROOT = Path(__file__).resolve().parents[1]
REAL = ("bank", "bpi2012", "marketstar", "olist", "x_education")
SETS = (*REAL, "simulated", "leadforge")
OURS = "leadgate"
# Peer -> (environment, seconds).
PEERS = {
    "autogluon": ("autogluon", 180.0),
    "flaml": ("flaml", 120.0),
    "lightgbm": ("plain", 0.0),
    "logistic": ("plain", 0.0),
    "naive_bayes": ("plain", 0.0),
}


@dataclass(frozen=True)
class Case:
    """One set: what every tool may fit on, and the window that judges it."""

    sample: Sample
    settings: Settings
    train: Matrix
    X: Floats
    y: Floats
    weight: Floats
    account: Ints
    lead_id: Texts

    @classmethod
    def of(cls, history: LeadHistory, config: Config, leaks: Collection[str] = ()) -> Case:
        """Cut a history at the start of its test window, without leaks known and found."""
        found = find_leaks(history, config)
        columns = {*found.left_out("column"), *leaks}
        settings = Settings.of(config).without(columns, found.left_out("activity"))
        sample = Sample.of(history, settings)
        span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
        assert span is not None
        train = labelled_matrix(sample.before(span, settings), settings)
        assert train is not None
        rows = sample.evaluated(span)
        at = sample.snapshots.take(rows)
        return cls(
            sample, settings, train, train.feature_set.matrix(history, at.lead, at.as_of),
            sample.labels.y[rows], sample.evaluation_weight(span, rows), sample.account[rows],
            history.lead_ids[at.lead],
        )  # fmt: skip

    def write(self, folder: Path) -> None:
        """Write the matrices for the peers, and by what they are judged."""
        write_matrices(folder, self.train, self.X)
        evaluated = pd.DataFrame({"y": self.y, "weight": self.weight, "account": self.account})
        evaluated.assign(lead_id=self.lead_id).to_parquet(folder / "judged.parquet")


def write_matrices(folder: Path, train: Matrix, X: Floats) -> None:
    """Write what a peer fits on, and the rows that it is asked about."""
    features = train.feature_set.features_
    names = [f"f{j}" for j in range(len(features))]
    table = pd.DataFrame(train.X, columns=names).assign(y=train.y, weight=train.weight)
    table.to_parquet(folder / "train.parquet")
    pd.DataFrame(X, columns=names).to_parquet(folder / "test.parquet")
    sizes = {
        name: int(np.nanmax(np.append(train.X[:, j], 0))) + 1
        for j, (name, feature) in enumerate(zip(names, features, strict=True))
        if feature.kind == "category"
    }
    (folder / "meta.json").write_text(json.dumps({"categories": sizes}))


def case_of(name: str, folder: Path) -> Case:
    """Return a set by its name."""
    if name == "leadforge":
        history = forged(20_000, "intermediate", 1)["with touches"]
        return Case.of(history, bare((SEEN_AFTER_DAYS,)), PLANTED)
    if name == "simulated":
        config = Config.load(simulate(WorldSettings(seed=1)).export(folder))
    else:
        config = Config.load(DATASETS / f"{name}.toml")
    return Case.of(load_tables(config).history(), config)


def run_leadgate(case: Case, folder: Path) -> None:
    """Fit and judge leadgate as training does, hyper-parameters included."""
    span = test_window(case.sample.snapshots.order, case.sample.labels.evaluation_weight)
    assert span is not None
    begin = time.perf_counter()
    fit = fit_for_window(case.sample, span, case.settings)
    assert fit is not None
    fitted = time.perf_counter()
    at = case.sample.snapshots.take(case.sample.evaluated(span))
    X = fit.fitted.feature_set.matrix(case.sample.history, at.lead, at.as_of)
    np.save(folder / f"{OURS}.npy", fit.fitted.model.readiness(X))
    took = {"fit": fitted - begin, "predict": time.perf_counter() - fitted}
    (folder / f"{OURS}.json").write_text(json.dumps(took))


def run_peer(peer: str, folder: Path, scale: float) -> str:
    """Run a peer in its environment; return why it gave no answer, or ""."""
    environment, seconds = PEERS[peer]
    python = ROOT / f".venv-peers-{environment}" / "bin" / "python"
    if not python.is_file():
        return f"{peer} is not installed: make bench-peers"
    script = ROOT / "benchmarks" / "peers" / "tabular.py"
    # What Python finds for us must not hide what the peer brings.
    own = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(
        [str(python), str(script), peer, str(folder), str(scale * seconds)],
        env=own, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return "" if done.returncode == 0 else f"{peer}: {done.stderr.strip().splitlines()[-1]}"


def figures(evaluated: pd.DataFrame, p: Floats) -> dict[str, float]:
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


def paired(evaluated: pd.DataFrame, ours: Floats, theirs: Floats, metric: str) -> str:
    """Return leadgate minus the other with the 90 % interval."""
    y, w = evaluated["y"].to_numpy(), evaluated["weight"].to_numpy()
    measure: Callable[[Floats, Floats, Floats], Floats] = getattr(metrics, metric)

    def difference(weight: Floats) -> Floats:
        return np.asarray(measure(y, ours, weight) - measure(y, theirs, weight))

    low, high = bootstrap(difference, evaluated["account"].to_numpy(), w)
    return f"{float(difference(w)):+.4f} ({float(low):+.4f} to {float(high):+.4f})"


def show(name: str, folder: Path, console: Console) -> pd.DataFrame:
    """Print the table of one set; return its figures, one row for each tool."""
    evaluated = pd.read_parquet(folder / "judged.parquet")
    answers = {path.stem: np.load(path) for path in sorted(folder.glob("*.npy"))}
    rows = {}
    for tool, p in answers.items():
        took = json.loads((folder / f"{tool}.json").read_text())
        rows[tool] = {**figures(evaluated, p), "fit_s": took["fit"], "predict_s": took["predict"]}
    found = pd.DataFrame(rows).T.sort_values("log_loss")
    wins = int(evaluated["y"].sum())
    table = Table("tool", *found.columns, title=f"{name}: {len(evaluated):,} rows, {wins:,} won")
    for tool, row in found.iterrows():
        table.add_row(
            str(tool),
            *(f"{value:.4f}" for value in row[:5]),
            *(f"{value:.1f}" for value in row[5:]),
        )
    console.print(table)
    peers = found.drop(index=OURS, errors="ignore")
    if OURS in answers and len(peers):
        best = {"log_loss": peers["log_loss"].idxmin(), "auc": peers["auc"].idxmax()}
        for metric, peer in best.items():
            less = paired(evaluated, answers[OURS], answers[peer], metric)
            console.print(f"  {metric}, leadgate - {peer}: {less}")
    return found


def main() -> None:
    """Run the sets, print a table for each and the mean ranks."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--peers", default=",".join(PEERS), help="with leadgate always")
    parser.add_argument("--budget-scale", type=float, default=1.0)
    parser.add_argument("--keep", type=Path, help="a folder; what is there is not run again")
    given = parser.parse_args()
    console, ranks = Console(width=130), []
    with tempfile.TemporaryDirectory() as scratch:
        for name in given.sets.split(","):
            folder = (given.keep or Path(scratch)) / name
            folder.mkdir(parents=True, exist_ok=True)
            wanted = [
                t
                for t in (OURS, *filter(None, given.peers.split(",")))
                if not (folder / f"{t}.npy").is_file()
            ]
            if wanted:
                case = case_of(name, folder)
                case.write(folder)
                for tool in wanted:
                    fault = (
                        run_leadgate(case, folder)
                        if tool == OURS
                        else run_peer(tool, folder, given.budget_scale)
                    )
                    if fault:
                        console.print(f"[{name}] {fault}")
            found = show(name, folder, console)
            ranks.append(found[["log_loss"]].rank().join((-found[["auc"]]).rank()))
    together = pd.concat(ranks)
    mean = (
        together.groupby(level=0).mean().assign(both=lambda t: t.mean(axis=1)).sort_values("both")
    )
    console.print("mean rank over the sets (1 is best):")
    console.print(mean.round(2).to_string())


if __name__ == "__main__":
    main()
