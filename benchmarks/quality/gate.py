"""The gate against the best possible predictor, forward in time, in the world of the demo.

For each seed the share of the wins among the better half of the leads, by the gate, by the exact
filter of the hidden journeys and by newest first.

On the test window, by the evaluation fit, which saw the data up to its start without the evaluated
accounts; with the share of the filter's log-loss gain over the base rate. The intervals are 90 %,
bootstrap by account. And at the end of the data, by the model that is shipped, on the leads that
are open then: the wins to come, expected by the true chances.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import exported
from benchmarks.machinery.catalogue import Figures
from experiments.simulation import Oracle, World, WorldSettings
from leadgate.arrays import Floats
from leadgate.policy.ranking import ranked, top
from serving import Scorer
from training import TrainingResult, train
from training.statistics import metrics
from training.statistics.bootstrap import bootstrap
from training.statistics.metrics import lift_at

USUAL_TIME = "5 min"
SMALL = {"leads": 1_000, "seeds": (7,)}
SHARE = 0.5


def measure(leads: int, seed: int) -> dict[str, dict[str, float]]:
    """Return a row for the test window and a row for the end of the data."""
    with tempfile.TemporaryDirectory() as folder:
        world, config = exported(WorldSettings(n_leads=leads, seed=seed), Path(folder))
        result = train(config)
        shipped = Scorer.load(result.bundle)
    return {
        f"test window, seed {seed}": on_the_test_window(world, result),
        f"end of the data, seed {seed}": at_the_end(world, shipped),
    }


def at_the_end(world: World, shipped: Scorer) -> dict[str, float]:
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
    shares = {"gate": gate, "filter": oracle, "newest": newest, "gate_to_filter": gate / oracle}
    return {"leads": len(ids), **shares}


def on_the_test_window(world: World, result: TrainingResult) -> dict[str, float]:
    """Return the row of the evaluation fit."""
    evaluation = result.evaluation
    assert evaluation is not None
    evaluated = evaluation.evaluated
    as_of = pd.Series(pd.to_datetime(evaluated.as_of, unit="us", utc=True))
    best = Oracle(world).readiness(pd.Series(evaluated.lead_id), as_of)
    orders = [
        ranked(score, evaluated.lead_id)
        for score in (evaluated.readiness, best, evaluated.order.astype(np.float64))
    ]

    def captured(weight: Floats) -> Floats:
        gate, oracle, newest = (SHARE * lift_at(evaluated.y, o, weight, SHARE) for o in orders)
        return np.stack([gate, oracle, newest, gate / oracle])

    low, high = bootstrap(captured, evaluated.account, evaluated.weight)
    gate, oracle, newest, ratio = captured(evaluated.weight)
    losses = [
        metrics.log_loss(evaluated.y, np.broadcast_to(p, evaluated.y.shape), evaluated.weight)
        for p in (np.float64(evaluation.base_rate), evaluated.readiness, best)
    ]
    base, own, limit = (float(loss) for loss in losses)
    return {
        "leads": len(evaluated.y), "gate": gate, "gate_low": low[0], "gate_high": high[0],
        "filter": oracle, "newest": newest,
        "gate_to_filter": ratio, "ratio_low": low[3], "ratio_high": high[3],
        "gain_share": (base - own) / (base - limit),
        "auc": result.metrics["auc"].value, "seconds": result.seconds,
    }  # fmt: skip


def run(leads: int = 20_000, seeds: tuple[int, ...] = (7, 8, 9)) -> Figures:
    """Train in as many worlds."""
    rows: dict[str, dict[str, float]] = {}
    for seed in seeds:
        rows |= measure(leads, seed)
    return rows
