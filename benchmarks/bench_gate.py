"""The gate against the best possible predictor, forward in time, in the world of the demo.

Run with ``python benchmarks/bench_gate.py [--leads N] [--seeds 7 8 ...]``. Two tables, each with
the share of the wins among the better half of the leads, by the gate, by the exact filter of the
hidden journeys and by newest first.

On the test window, by the evaluation fit, which saw the data up to its start without the judged
accounts; with the share of the filter's log-loss gain over the base rate. The intervals are 90 %,
bootstrap by account. And at the end of the data, by the model that is shipped, on the leads that
are open then: the wins to come, expected by the true chances.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table

from experiments.simulation import Oracle, World, WorldSettings, simulate
from leadgate import Config
from leadgate.arrays import Floats
from leadgate.policy.ranking import ranked, top
from serving import Scorer
from training import TrainingResult, train
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap
from training.statistics.metrics import lift_at

SHARE = 0.5


def measure(leads: int, seed: int) -> tuple[list[str], list[str]]:
    """Return one row of each table."""
    world = simulate(WorldSettings(n_leads=leads, seed=seed))
    with tempfile.TemporaryDirectory() as folder:
        result = train(Config.load(world.export(Path(folder))))
        shipped = Scorer.load(result.bundle)
    return on_the_test_window(world, result), at_the_end(world, shipped)


def at_the_end(world: World, shipped: Scorer) -> list[str]:
    """Return the row of the shipped model on the leads that are open at the end."""
    leads = world.leads[~world.leads["lead_id"].isin(world.outcomes["lead_id"])]
    ids = leads["lead_id"]
    until = pd.Series(world.until, index=leads.index)
    chance = world.truth.p_won(ids, until, world.settings.horizon_days)
    scored = shipped.score(leads, world.activities, as_of=world.until, reasons=False)
    rankings = (
        scored["readiness"].to_numpy(np.float64),
        Oracle(world).readiness(ids, until),
        leads["created_at"].rank().to_numpy(),
    )
    chosen = (top(score, ids, len(ids) // 2) for score in rankings)
    gate, oracle, newest = (float(chance[rows].sum() / chance.sum()) for rows in chosen)
    figures = [f"{share:.3f}" for share in (gate, oracle, newest, gate / oracle)]
    return [str(world.settings.seed), str(len(ids)), *figures]


def on_the_test_window(world: World, result: TrainingResult) -> list[str]:
    """Return the row of the evaluation fit."""
    evaluation = result.trained.evaluation
    assert evaluation is not None
    evaluated = evaluation.evaluated
    as_of = pd.Series(pd.to_datetime(evaluated.as_of, unit="us", utc=True))
    best = Oracle(world).readiness(pd.Series(evaluated.lead_id), as_of)
    orders = [
        ranked(score, evaluated.lead_id)
        for score in (evaluated.readiness, best, evaluated.order.astype(np.float64))
    ]

    def kept(weight: Floats) -> Floats:
        gate, oracle, newest = (SHARE * lift_at(evaluated.y, o, weight, SHARE) for o in orders)
        return np.stack([gate, oracle, newest, gate / oracle])

    low, high = bootstrap(kept, evaluated.account, evaluated.weight)
    gate, oracle, newest, ratio = kept(evaluated.weight)
    losses = [
        metrics.log_loss(evaluated.y, np.broadcast_to(p, evaluated.y.shape), evaluated.weight)
        for p in (np.float64(evaluation.base_rate), evaluated.readiness, best)
    ]
    base, own, limit = (float(loss) for loss in losses)
    return [
        str(world.settings.seed),
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
    window = Table(
        "seed", "wins kept at half", "filter", "newest", "gate / filter", "gain share", "AUC", "s"
    )
    end = Table("seed", "open leads", "wins kept at half", "filter", "newest", "gate / filter")
    for seed in asked.seeds:
        first, second = measure(asked.leads, seed)
        window.add_row(*first)
        end.add_row(*second)
    console = Console(width=120)
    console.print("the test window, by the evaluation fit", window)
    console.print("the end of the data, by the shipped model", end)


if __name__ == "__main__":
    main()
