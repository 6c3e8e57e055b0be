"""The gate against the best possible predictor, forward in time, in the world of the demo.

Run with ``python benchmarks/bench_gate.py [--leads N] [--seeds 7 8 ...]``. On the test window of
each training: the share of the wins among the better half of the leads, by the gate, by the exact
filter of the hidden journeys and by newest first; and the share of the filter's log-loss gain over
the base rate that the model reaches. The interval of the ratio is 90 %, bootstrap by account.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from experiments.world import Oracle, WorldSettings, simulate
from leadgate import Config
from leadgate.ranking import ranked
from training import metrics, train
from training.intervals import bootstrap
from training.metrics import lift_at

SHARE = 0.5


def measure(leads: int, seed: int) -> list[str]:
    """Return one row of the table."""
    world = simulate(WorldSettings(n_leads=leads, seed=seed))
    with tempfile.TemporaryDirectory() as folder:
        result = train(Config.load(world.export(Path(folder))))
    evaluation = result.trained.evaluation
    assert evaluation is not None
    judged = evaluation.judged
    as_of = pd.Series(pd.to_datetime(judged.as_of, unit="us", utc=True))
    best = Oracle(world).readiness(pd.Series(judged.lead_id), as_of)
    orders = [
        ranked(score, judged.lead_id)
        for score in (judged.readiness, best, judged.order.astype(np.float64))
    ]

    def kept(weight: NDArray[np.float64]) -> NDArray[np.float64]:
        gate, oracle, newest = (SHARE * lift_at(judged.y, o, weight, SHARE) for o in orders)
        return np.stack([gate, oracle, newest, gate / oracle])

    low, high = bootstrap(kept, judged.account, judged.weight)
    gate, oracle, newest, ratio = kept(judged.weight)
    losses = [
        metrics.log_loss(judged.y, np.broadcast_to(p, judged.y.shape), judged.weight)
        for p in (np.float64(evaluation.base_rate), judged.readiness, best)
    ]
    base, own, limit = (float(loss) for loss in losses)
    return [
        str(seed),
        f"{gate:.3f} ({low[0]:.3f} to {high[0]:.3f})",
        f"{oracle:.3f}",
        f"{newest:.3f}",
        f"{ratio:.3f} ({low[3]:.3f} to {high[3]:.3f})",
        f"{(base - own) / (base - limit):.3f}",
        f"{result.metrics['auc'].value:.3f}",
        f"{result.seconds:.0f}",
    ]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=20_000)
    parser.add_argument("--seeds", type=int, nargs="*", default=[7, 8, 9])
    asked = parser.parse_args()
    table = Table(
        "seed", "wins kept at half", "filter", "newest", "gate / filter", "gain share", "AUC", "s"
    )
    for seed in asked.seeds:
        table.add_row(*measure(asked.leads, seed))
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
