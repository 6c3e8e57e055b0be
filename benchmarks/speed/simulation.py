"""Simulating a CRM and its exact filter, and how hard the default world is.

One row for each seed. The filter is evaluated at moments when the gate decides: `auc`, the share of
wins that it captures at half of the leads, and `calibration`, the chi-square p-value over tenths.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.stats import chi2
from sklearn.metrics import roc_auc_score

from benchmarks.machinery.catalogue import Figures
from experiments.simulation import Oracle, World, WorldSettings, decision_points, simulate

USUAL_TIME = "4 min"
SMALL = {"leads": 500, "points": 300, "repeats": 1}
Result = TypeVar("Result")


def timed(run: Callable[[], Result]) -> tuple[Result, float]:
    """Return what a call returns, and the seconds that it took."""
    start = time.perf_counter()
    result = run()
    return result, time.perf_counter() - start


def calibration_p_value(won: pd.Series[bool], readiness: pd.Series[float]) -> float:
    """Return the p-value of the Hosmer-Lemeshow test of the exact chances, in tenths."""
    tenth = readiness.rank(method="first") * 10 // (len(readiness) + 1)
    groups = pd.DataFrame({"won": won, "chance": readiness}).groupby(tenth)
    variance = groups["chance"].agg(lambda p: (p * (1 - p)).sum())
    statistic = ((groups["won"].sum() - groups["chance"].sum()) ** 2 / variance).sum()
    return float(chi2.sf(statistic, df=10))


def evaluated(world: World, n: int) -> dict[str, float]:
    """Evaluate the exact filter at `n` moments of a world."""
    points = decision_points(world, n, seed=world.settings.seed)
    oracle = Oracle(world)
    readiness, seconds = timed(lambda: oracle.readiness(points["lead_id"], points["as_of"]))
    best = np.argsort(-readiness, kind="stable")[: n // 2]
    won = points["won"]
    return {
        "filter_s": seconds,
        "auc": roc_auc_score(won, readiness),
        "share_of_wins": won.iloc[best].sum() / won.sum(),
        "base_rate": won.mean(),
        "calibration": calibration_p_value(won, pd.Series(readiness)),
    }


def measured(leads: int, points: int, seed: int) -> dict[str, float]:
    """Simulate, export and evaluate one world."""
    world, simulated = timed(lambda: simulate(WorldSettings(n_leads=leads, seed=seed)))
    with tempfile.TemporaryDirectory() as folder:
        _, exported = timed(lambda: world.export(Path(folder)))
    return {
        "simulate_s": simulated,
        "export_s": exported,
        **evaluated(world, points),
        "activities": len(world.activities) / leads,
        "worked": world.handoffs["first_worked_at"].notna().mean(),
        "open": 1 - len(world.outcomes) / leads,
        "won": (world.outcomes["outcome"] == "won").sum() / leads,
    }


def run(leads: int = 100_000, points: int = 50_000, repeats: int = 3) -> Figures:
    """Measure as many worlds."""
    return {f"seed {seed}": measured(leads, points, seed) for seed in range(7, 7 + repeats)}
