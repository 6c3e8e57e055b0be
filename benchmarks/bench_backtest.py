"""Is the backtest's "wins kept" true? Beside the true probabilities of simulated worlds.

    python benchmarks/bench_backtest.py [--seeds 20] [--leads 5000] [--days 180] [--worlds ...]

`truth` is the expected share of the wins that the gate's handoffs keep: the sum of their true
probabilities to win by the end of the data over that of all leads, each worked from its handoff.

- "every lead worked": sales works whatever comes within the week, so that the past tells what
  became of every lead. The estimate is to be within 3 points of the truth.
- "two in five worked", by today's score: what the others would have become is not known, and a
  lead leaves the replay when sales contacts it. The estimate is a lower bound; the table says how
  low.

Also: the seconds, and that no policy has more expected wins than the oracle.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.backtest import backtest
from experiments.backtest.policies import Truth
from experiments.simulation import World, WorldSettings, simulate
from features import load_tables
from features.parsing.times import US_PER_DAY, timestamps
from leadgate import Config

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
    world = simulate(WorldSettings(n_leads=leads, days=days, seed=seed, sales_capacity=capacity))
    with tempfile.TemporaryDirectory() as folder:
        config = Config.load(world.export(Path(folder)))
        tables = load_tables(config)
    begin = time.perf_counter()
    found = backtest(config, tables, truth=until_the_end(world), curves=False)
    seconds = time.perf_counter() - begin
    policies = found.policies
    best = policies["oracle"].expected_won
    rivals = [one.expected_won for name, one in policies.items() if name != "send_everything"]
    gate, everything = policies["gate"], policies["send_everything"]
    return {
        "estimate": gate.share_of_wins.value,
        "truth": gate.expected_won / everything.expected_won,
        "oracle": best / everything.expected_won,
        "newest": policies["newest_first"].expected_won / everything.expected_won,
        "beaten": float(max(rivals) > best + 1e-9),
        "seconds": seconds,
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--leads", type=int, default=5000)
    parser.add_argument("--days", type=int, default=180)
    parser.add_argument("--worlds", nargs="*", choices=list(CAPACITIES), default=list(CAPACITIES))
    given = parser.parse_args()
    heads = ("world", "estimate", "truth", "newest first", "oracle", "mean error (points)",
             "largest", "oracle beaten", "seconds each")  # fmt: skip
    table = Table(*heads)
    for name in given.worlds:
        rows = pd.DataFrame(
            [
                measured(CAPACITIES[name], given.leads, given.days, seed)
                for seed in range(given.seeds)
            ]
        )
        error = 100 * (rows["estimate"] - rows["truth"])
        mean = rows.mean()
        table.add_row(
            name,
            *(f"{mean[column]:.1%}" for column in ("estimate", "truth", "newest", "oracle")),
            f"{error.mean():+.1f}",
            f"{error.iloc[error.abs().argmax()]:+.1f}",
            f"{int(rows['beaten'].sum())} of {given.seeds}",
            f"{mean['seconds']:.0f}",
        )
    Console(width=120).print(f"{given.seeds} worlds of {given.leads:,} leads", table)


if __name__ == "__main__":
    main()
