"""What open leads do to the win rate: ways to count them, against the true outcomes.

In each simulated CRM, cut at a date, the share of snapshots won within the horizon as each way
estimates it, over the share among the same snapshots when every outcome is known. Mean and range
over the seeds; 1 is right.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import history_of
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import World, WorldSettings, simulate
from features.history.snapshots import plan
from training.dataset.labels import label, worked

USUAL_TIME = "3 min"
SMALL = {"leads": 800, "seeds": 1}
AGES = (0.0, 7.0, 14.0, 30.0, 60.0, 90.0)


def rates(world: World) -> dict[str, float]:
    """Return the estimate of each way over the truth."""
    horizon = world.settings.horizon_days
    history = history_of(world)
    snapshots = plan(history, AGES)
    snapshots = snapshots.take(worked(history, snapshots))
    weight = snapshots.weight
    ends = world.truth.outcomes().set_index("lead_id").reindex(history.lead_ids[snapshots.lead])
    as_of = pd.to_datetime(snapshots.as_of, unit="us", utc=True)
    days = (pd.DatetimeIndex(ends["closed_at"]) - as_of) / pd.Timedelta(days=1)
    in_time = (ends["outcome"] == "won").to_numpy() & (days > 0) & (days <= horizon)
    truth = np.average(in_time, weights=weight)

    closed = (history.won | history.lost)[snapshots.lead]
    fair = label(history, snapshots, horizon)
    late = history_of(world, world.outcomes.drop(columns="recorded_at"))
    blind = label(late, snapshots, horizon)
    counted = {
        "IPCW over the time to recording": _mean(fair.y, fair.weight),
        "IPCW, recorded_at ignored": _mean(blind.y, blind.weight),
        "closed leads only": float(np.average(in_time[closed], weights=weight[closed])),
        "open leads count as lost": float(np.average(in_time & closed, weights=weight)),
    }
    return {way: rate / truth for way, rate in counted.items()}


def _mean(y: np.ndarray, weight: np.ndarray) -> float:
    used = weight > 0
    return float(np.average(y[used], weights=weight[used]))


def run(leads: int = 20_000, seeds: int = 20) -> Figures:
    """Simulate as many CRMs."""
    worlds = (WorldSettings(n_leads=leads, seed=seed) for seed in range(seeds))
    ratios = pd.DataFrame([rates(simulate(settings)) for settings in worlds])
    return {
        str(way): {"mean": each.mean(), "lowest": each.min(), "highest": each.max()}
        for way, each in ratios.items()
    }
