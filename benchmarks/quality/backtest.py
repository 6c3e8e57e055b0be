"""The backtest's share of wins captured beside the true probabilities of simulated worlds.

`truth` is the expected share of the wins that the gate's handoffs capture: the sum of their true
probabilities to win by the end of the data over that of all leads, each worked from its handoff.

- "every lead worked": sales works whatever comes within the week, so that the past shows what
  became of every lead. The mean estimate is to be within 3 points of the truth.
- "two in five worked", by the current CRM score: what the others would have become is not recorded,
  and a lead leaves the replay when sales contacts it. The estimate is a lower bound; the error says
  how low.

Also: the seconds, and in how many worlds a policy has more expected wins than the oracle.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import exported
from benchmarks.machinery.catalogue import Figures
from experiments.backtest import backtest
from experiments.backtest.policies import Truth
from experiments.simulation import World, WorldSettings
from features import load_tables
from features.parsing.times import US_PER_DAY, timestamps

USUAL_TIME = "4 min"
SMALL = {"seeds": 1, "leads": 1_200, "days": 120}
CAPACITIES = {"every lead worked": 1.5, "two in five worked": 0.4}


def until_the_end(world: World) -> Truth:
    """Return the true probability to win between an instant and the end of the data."""
    end = int(pd.Timestamp(world.until).value // 1000)
    delay = world.settings.outcome_delay_days

    def truth(lead_ids: np.ndarray, as_of: np.ndarray) -> np.ndarray:
        result = np.empty(as_of.size)
        for at in np.unique(as_of):
            rows = np.flatnonzero(as_of == at)
            horizon = max((end - int(at)) / US_PER_DAY - delay, 0.0)
            when = timestamps(as_of[rows])
            result[rows] = world.truth.p_won(lead_ids[rows], when, horizon)
        return result

    return truth


def measured(capacity: float, leads: int, days: int, seed: int) -> dict[str, float]:
    """Replay one world."""
    with tempfile.TemporaryDirectory() as folder:
        settings = WorldSettings(n_leads=leads, days=days, seed=seed, sales_capacity=capacity)
        world, config = exported(settings, Path(folder))
        tables = load_tables(config)
    begin = time.perf_counter()
    policies = backtest(config, tables, truth=until_the_end(world), curves=False).policies
    seconds = time.perf_counter() - begin
    best = policies["oracle"].expected_won
    rivals = [p.expected_won for name, p in policies.items() if name != "send_everything"]
    gate, everything = policies["gate"], policies["send_everything"]
    return {
        "estimate": gate.share_of_wins.value,
        "truth": gate.expected_won / everything.expected_won,
        "oracle": best / everything.expected_won,
        "newest": policies["newest_first"].expected_won / everything.expected_won,
        "beaten": float(max(rivals) > best + 1e-9),
        "seconds": seconds,
    }


def run(seeds: int = 2, leads: int = 5_000, days: int = 180) -> Figures:
    """Replay as many worlds of either kind; points are of the share of wins."""
    result = {}
    for name, capacity in CAPACITIES.items():
        rows = pd.DataFrame([measured(capacity, leads, days, seed) for seed in range(seeds)])
        error = 100 * (rows["estimate"] - rows["truth"])
        result[name] = {
            **rows.drop(columns="beaten").mean().to_dict(),
            "error_points": float(error.mean()),
            "absolute_error_points": abs(float(error.mean())),
            "largest_error_points": float(error.abs().max()),
            "oracle_beaten": int(rows["beaten"].sum()),
        }
    return result
