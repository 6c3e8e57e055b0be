"""Forward in time on real leads: train on the oldest 80 %, score the newest 20 %.

At creation; the loan applications of bpi2012, which are known by their events, some days after
registration, by the events until then, cases still open then, ever activated. All wins as recorded,
among the leads that were closed. For each set: AUC with its 90 % interval (bootstrap by lead, as
these sets have no accounts), which share of the wins the better half captures beside newest first,
paired, win rate and mean readiness, and the share of the leads that the model does not evaluate.
The last row is marketstar after January 2021, where there is no signal.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.metrics import roc_auc_score

from benchmarks.inputs.data_sets import SIMULATED, configurations
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from experiments.simulation.newest_part import Holdout, part
from features import load_tables
from features.history.snapshots import plan
from features.io.files import read_table
from leadgate import Config
from leadgate.arrays import Bools, Floats, Texts
from leadgate.policy import REVIEW
from leadgate.policy.ranking import top
from serving import Scorer
from training import train

USUAL_TIME = "6 min"
SMALL = {"sets": (SIMULATED,), "ages": (7,), "draws": 20}
NEEDS = (NEEDS_DATA,)
OF_EVENTS = ("bpi2012", SIMULATED)
SETS = ("olist", "bank", "x_education", "marketstar", "bpi2012")
SILENT, SILENT_FROM = "marketstar from February 2021", "20210201"


def figures(won: Bools, readiness: Floats, ids: Texts, draws: int) -> dict[str, Figure]:
    """Return AUC and share of wins; the leads are in order of creation."""
    half, place = len(won) // 2, np.arange(len(won))
    gate, newest = top(readiness, ids, half), top(place, ids, half)
    drawn = np.random.default_rng(0).multinomial(len(won), np.full(len(won), 1 / len(won)), draws)
    weight = np.vstack([np.ones(len(won)), drawn])
    wins = weight @ won
    captured, by_newest = (weight @ (won & chosen) / wins for chosen in (gate, newest))
    aucs = [roc_auc_score(won, readiness, sample_weight=w) for w in weight]
    auc_low, auc_high = np.quantile(aucs[1:], [0.05, 0.95])
    low, high = np.quantile((captured - by_newest)[1:], [0.05, 0.95])
    return {
        "leads": len(won), "auc": aucs[0], "auc_low": auc_low, "auc_high": auc_high,
        "newest_auc": roc_auc_score(won, place), "win_rate": won.mean(),
        "mean_readiness": readiness.mean(), "share_of_wins": captured[0],
        "newest_share": by_newest[0], "ahead_low": low, "ahead_high": high,
    }  # fmt: skip


def at_creation(config: Config, parted: Holdout, scorer: Scorer, draws: int) -> dict[str, Figure]:
    """Return the row of leads as they were created."""
    scored = scorer.score(parted.newer, reasons=False)
    readiness = scored["readiness"].to_numpy(np.float64)
    rows = parted.closed & np.isfinite(readiness)
    ids = parted.newer[config.columns.lead_id].to_numpy(dtype=object)
    review = float((scored["decision"] == REVIEW).mean())
    return {**figures(parted.won[rows], readiness[rows], ids[rows], draws), "review": review}


def at_age(
    config: Config, parted: Holdout, scorer: Scorer, age: int, draws: int
) -> dict[str, Figure]:
    """Return the row of leads some days after creation, those still open then."""
    history = load_tables(config).history()
    events = read_table(config.path(config.data.activities[0].path)).accepted
    ids = parted.newer[config.columns.lead_id].astype(str)
    open_then = ids.isin(history.lead_ids[plan(history, [age]).lead]).to_numpy()
    rows = open_then & parted.closed
    scored = scorer.score(parted.newer[rows], events, age_days=age, reasons=False)
    readiness = scored["readiness"].to_numpy(np.float64)
    finite, names = np.isfinite(readiness), ids[rows].to_numpy(dtype=object)
    row = figures(parted.won[rows][finite], readiness[finite], names[finite], draws)
    return {**row, "review": 1 - float(finite.mean())}


def measured(name: str, config: Config, ages: tuple[int, ...], draws: int) -> Iterator[tuple]:
    """Yield the rows of a set: one at creation, or one for each age."""
    if name in OF_EVENTS:
        target = config.target.model_copy(update={"horizon_days": None})
        config = config.model_copy(update={"target": target})
    with tempfile.TemporaryDirectory() as folder:
        parted = part(config, Path(folder))
        result = train(parted.older)
        scorer = Scorer.load(result.bundle)
        shared = {"verdict": result.verdict, "train_s": result.seconds}
        if name not in OF_EVENTS:
            yield name, {**at_creation(config, parted, scorer, draws), **shared}
        for age in ages if name in OF_EVENTS else ():
            yield f"{name}, day {age}", {**at_age(config, parted, scorer, age, draws), **shared}


def without_signal(config: Config, folder: Path) -> dict[str, Figure]:
    """Train on the leads of marketstar after January 2021."""
    leads = pd.read_csv(config.path(config.data.leads), dtype=str, keep_default_na=False)
    leads[leads["CreatedDate"] >= SILENT_FROM].to_csv(folder / "leads.csv", index=False)
    data = config.data.model_copy(update={"leads": str(folder / "leads.csv")})
    result = train(config.model_copy(update={"data": data, "folder": folder}))
    is_silent = int(result.verdict == "no_signal")
    return {"verdict": result.verdict, "no_signal": is_silent, "train_s": result.seconds}


def run(
    sets: tuple[str, ...] = SETS,
    ages: tuple[int, ...] = (1, 3, 7, 14),
    draws: int = 300,
) -> Figures:
    """Train once on each set."""
    rows: dict[str, dict[str, Figure]] = {}
    for name in sets:
        for config in configurations(name, worlds=1, leads=1_000):
            rows |= dict(measured(name, config, ages, draws))
            if name == "marketstar":
                with tempfile.TemporaryDirectory() as folder:
                    rows[SILENT] = without_signal(config, Path(folder))
    return rows
