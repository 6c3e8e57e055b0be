"""What open leads do to the win rate: ways to count them, against the known truth.

Run with ``python benchmarks/bench_censoring.py [--leads N] [--seeds N]``. In each simulated CRM,
cut at a date, the share of snapshots won within the horizon as each way estimates it, over the
share among the same snapshots when every outcome is known. Mean and range over the seeds; 1 is
right.
"""

from __future__ import annotations

import argparse

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.simulation import World, WorldSettings, simulate
from features import LeadHistory
from features.history.snapshots import plan
from training.dataset.labels import label, worked

AGES = (0.0, 7.0, 14.0, 30.0, 60.0, 90.0)


def history_of(world: World, outcomes: pd.DataFrame) -> LeadHistory:
    """Return the history that the export of a world gives."""
    return LeadHistory.from_tables(
        world.leads,
        world.activities,
        outcomes=outcomes,
        handoffs=world.handoffs,
        until=world.until.to_pydatetime(),
    )


def rates(world: World) -> dict[str, float]:
    """Return the estimate of each way over the truth."""
    horizon = world.settings.horizon_days
    history = history_of(world, world.outcomes)
    snapshots = plan(history, AGES)
    snapshots = snapshots.take(worked(history, snapshots))
    weight = snapshots.weight
    ends = world.truth.outcomes().set_index("lead_id").reindex(history.lead_ids[snapshots.lead])
    as_of = pd.to_datetime(snapshots.as_of, unit="us", utc=True)
    days = (pd.DatetimeIndex(ends["closed_at"]) - as_of) / pd.Timedelta(days=1)
    in_time = (ends["outcome"] == "won").to_numpy() & (days > 0) & (days <= horizon)
    truth = np.average(in_time, weights=weight)

    known = (history.won | history.lost)[snapshots.lead]
    fair = label(history, snapshots, horizon)
    late = history_of(world, world.outcomes.drop(columns="recorded_at"))
    blind = label(late, snapshots, horizon)
    counted = {
        "IPCW over the time to recording": _mean(fair.y, fair.weight),
        "IPCW, recorded_at ignored": _mean(blind.y, blind.weight),
        "closed leads only": float(np.average(in_time[known], weights=weight[known])),
        "open leads count as lost": float(np.average(in_time & known, weights=weight)),
    }
    return {way: rate / truth for way, rate in counted.items()}


def _mean(y: np.ndarray, weight: np.ndarray) -> float:
    used = weight > 0
    return float(np.average(y[used], weights=weight[used]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, default=20)
    asked = parser.parse_args()
    worlds = (WorldSettings(n_leads=asked.leads, seed=seed) for seed in range(asked.seeds))
    found = pd.DataFrame([rates(simulate(settings)) for settings in worlds])
    table = Table("how open leads are counted", "mean", "lowest", "highest")
    for way, ratios in found.items():
        figures = (ratios.mean(), ratios.min(), ratios.max())
        table.add_row(str(way), *(f"{figure:.3f}" for figure in figures))
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
