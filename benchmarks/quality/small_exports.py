"""The log loss that small exports gain over the base rate, on fresh leads.

Two of eight columns move the odds; the model is what `leadgate train` would ship, whatever its
verdict.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import dated_outcomes
from benchmarks.machinery.catalogue import Figures
from features.history.lead_history import LeadHistory
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window, refit
from training.statistics import metrics
from training.validation.windows import test_window

USUAL_TIME = "9 min"
SMALL = {"repeats": 1, "sizes": (100,), "effects": (0.8,), "fresh": 500}
SIZES = (60, 100, 200, 400, 1000)
EFFECTS = (0.3, 0.8, 1.5)
SETTINGS = Settings((), (), None, (0.0,))


def history(n: int, seed: int, effect: float) -> LeadHistory:
    """Return leads over a year; `x0` and one source in three move the log-odds by `effect`."""
    rng = np.random.default_rng(seed)
    columns = {f"x{j}": rng.normal(size=n).round(3) for j in range(7)}
    source = rng.choice(["web", "fair", "list"], n)
    odds = -1.0 + effect * columns["x0"] + effect * (source == "fair")
    won = rng.random(n) < 1 / (1 + np.exp(-odds))
    day = pd.Timedelta(days=1)
    created = pd.Timestamp("2025-01-01") + np.sort(rng.uniform(0, 365, n)) * day
    ids = [f"L{i:05d}" for i in range(n)]
    leads = pd.DataFrame({"lead_id": ids, "created_at": created, "source": source, **columns})
    days = rng.exponential(10, n)
    return LeadHistory.from_tables(leads, outcomes=dated_outcomes(ids, won, created, days))


def measure(n: int, seed: int, effect: float, fresh: Sample) -> tuple[float, ...] | None:
    """Return gain over the base rate, calibration slope and AUC; None with too few to evaluate."""
    sample = Sample.of(history(n, seed, effect), SETTINGS)
    span = test_window(sample.snapshots.order, sample.labels.evaluation_weight)
    before = None if span is None else fit_for_window(sample, span, SETTINGS)
    if span is None or before is None:
        return None
    shipped = refit(sample, SETTINGS, before).fitted
    at, y = fresh.snapshots, fresh.labels.y
    p = shipped.model.readiness(shipped.feature_set.matrix(fresh.history, at.lead, at.as_of))
    weight, base = np.ones(y.size), np.full(y.size, y.mean())
    gain = metrics.log_loss(y, base, weight) - metrics.log_loss(y, p, weight)
    slope = metrics.calibration_slope(y, p, weight)
    return float(gain), float(slope), float(metrics.auc(y, p, weight))


def run(
    repeats: int = 12,
    sizes: tuple[int, ...] = SIZES,
    effects: tuple[float, ...] = EFFECTS,
    fresh: int = 6_000,
) -> Figures:
    """Fit as many exports of each size and effect."""
    result = {}
    for effect in effects:
        leads = Sample.of(history(fresh, 12345, effect), SETTINGS)
        for n in sizes:
            measured = [measure(n, seed, effect, leads) for seed in range(repeats)]
            rows = np.array([row for row in measured if row is not None]).reshape(-1, 3)
            result[f"{n}, {effect:g}"] = {
                "exports": len(rows), "gain": rows[:, 0].mean(),
                "slope": np.nanmedian(rows[:, 1]), "auc": rows[:, 2].mean(),
            }  # fmt: skip
    return result
