"""Time the simulated CRM and its exact filter, and show how hard its default world is.

    python benchmarks/world.py [--leads 100000] [--points 50000] [--repeats 3]

One row for each seed. The filter is judged at moments when the gate decides: `auc`, the share of
wins it keeps at half of the leads, and `calibration`, the chi-square p-value over its tenths.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd
from scipy.stats import chi2
from sklearn.metrics import roc_auc_score

from experiments.simulation import Oracle, World, WorldSettings, decision_points, simulate

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
    """Judge the exact filter at `n` moments of a world."""
    points = decision_points(world, n, seed=world.settings.seed)
    oracle = Oracle(world)
    found, seconds = timed(lambda: oracle.readiness(points["lead_id"], points["as_of"]))
    best = np.argsort(-found, kind="stable")[: n // 2]
    won = points["won"]
    return {
        "filter_s": seconds,
        "auc": roc_auc_score(won, found),
        "wins_kept": won.iloc[best].sum() / won.sum(),
        "base_rate": won.mean(),
        "calibration": calibration_p_value(won, pd.Series(found)),
    }


def measured(leads: int, points: int, seed: int) -> dict[str, float]:
    """Simulate, export and judge one world."""
    world, simulated = timed(lambda: simulate(WorldSettings(n_leads=leads, seed=seed)))
    with tempfile.TemporaryDirectory() as folder:
        _, exported = timed(lambda: world.export(Path(folder)))
    return {
        "seed": seed,
        "simulate_s": simulated,
        "export_s": exported,
        **evaluated(world, points),
        "activities": len(world.activities) / leads,
        "worked": world.handoffs["first_worked_at"].notna().mean(),
        "open": 1 - len(world.outcomes) / leads,
        "won": (world.outcomes["outcome"] == "won").sum() / leads,
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leads", type=int, default=100_000)
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--repeats", type=int, default=3)
    given = parser.parse_args()
    rows = [measured(given.leads, given.points, seed) for seed in range(7, 7 + given.repeats)]
    print(f"{given.leads:,} leads, {given.points:,} moments to decide")
    print(pd.DataFrame(rows).set_index("seed").round(3).to_string())


if __name__ == "__main__":
    main()
