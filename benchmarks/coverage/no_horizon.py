"""Predicted over true chances to win where no horizon is stated.

Exports over two years in which losses come within days and wins within months. The model is what
`leadgate train` would ship; it is asked for fresh leads of the same law, and the truth is their
chance to win within the horizon that it took. Beside it the share of wins among closed leads, which
is what a model of closed leads would say, over the same truth.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import mean_with_interval
from benchmarks.machinery.catalogue import Figures
from features.history.lead_history import LeadHistory
from leadgate.arrays import Floats
from training.dataset.closing_time import with_horizon
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window, refit
from training.validation.windows import test_window

USUAL_TIME = "3 min"
SMALL = {"worlds": 1, "leads": 800, "fresh": 500}
SETTINGS = Settings((), (), None, (0.0,))
SPAN, WIN_DAYS, LOSS_DAYS = 730.0, 120.0, 15.0


def drawn(n: int, seed: int) -> tuple[LeadHistory, Floats]:
    """Return an export, and each lead's chance to win at all."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3)).round(3)
    chance = 1 / (1 + np.exp(1.0 - x[:, 0] - 0.5 * x[:, 1]))
    won = rng.random(n) < chance
    created = np.sort(rng.uniform(0, SPAN, n))
    days = rng.exponential(np.where(won, WIN_DAYS, LOSS_DAYS))
    start, day = pd.Timestamp("2024-01-01"), pd.Timedelta(days=1)
    ids = [f"L{i:06d}" for i in range(n)]
    leads = pd.DataFrame({"lead_id": ids, "created_at": start + created * day})
    leads[["x0", "x1", "x2"]] = x
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": np.where(won, "won", "lost")})
    outcomes["closed_at"] = start + (created + days) * day
    closed = outcomes[created + days < SPAN]
    end = (start + SPAN * day).to_pydatetime()
    return LeadHistory.from_tables(leads, outcomes=closed, until=end), chance


def measure(leads: int, seed: int, fresh: int) -> dict[str, float]:
    """Train on one export and ask for fresh leads."""
    history, _ = drawn(leads, seed)
    settings = with_horizon(history, SETTINGS)
    assert settings.horizon_days is not None
    sample = Sample.of(history, settings)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    assert span is not None
    before = fit_for_window(sample, span, settings)
    assert before is not None
    model = refit(sample, settings, before).fitted
    others, chance = drawn(fresh, 10_000 + seed)
    lead, at = np.arange(len(others)), others.created
    p = model.model.readiness(model.feature_set.matrix(others, lead, at))
    within = 1 - np.exp(-settings.horizon_days / WIN_DAYS)
    truth = float(chance.mean() * within)
    closed = history.won | history.lost
    return {
        "horizon_days": settings.horizon_days,
        "ratio": float(p.mean()) / truth,
        "closed_ratio": float(history.won[closed].mean()) / truth,
    }


def run(worlds: int = 20, leads: int = 4_000, fresh: int = 20_000) -> Figures:
    """Draw as many exports."""
    rows = pd.DataFrame([measure(leads, seed, fresh) for seed in range(worlds)])
    return {
        "no horizon": {
            "worlds": worlds, "horizon_days": rows["horizon_days"].mean(),
            **mean_with_interval("ratio", rows["ratio"]),
            "lowest": rows["ratio"].min(), "highest": rows["ratio"].max(),
            "closed_ratio": rows["closed_ratio"].mean(),
        }
    }  # fmt: skip
