"""Pooled base rates where there are too few leads to learn from, on known truth.

Exports of 20, 30 and 39 leads, each of one of four sources and of three industries, shares and
rates drawn anew; `deviation` is that of the sources, and of the industries, on the log-odds. What
ships is evaluated by the true rates of fresh leads of the same shares, in log loss beyond that of
the truth. Beside it the overall base rate, and the rate of each source, or of source and industry,
as it stands (with half a win and half a loss more). `held` is the share of leads whose true rate
lies in the interval of what ships.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.inputs.data_sets import dated_outcomes
from benchmarks.machinery.catalogue import Figures
from features.history.lead_history import LeadHistory
from leadgate.arrays import Floats
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.base_rate import base_rate_only
from training.statistics.pooling import shrunken_rate

USUAL_TIME = "1 min"
SMALL = {"repeats": 1}
SIZES = (20, 30, 39)
DEVIATIONS = (0.0, 0.3, 0.6, 1.0)
COLUMNS = {"industry": 3, "source": 4}
SETTINGS = Settings((), (), None, (0.0,))
FRESH = 400


def draw(n: int, deviation: float, columns: list[str], seed: int) -> tuple[pd.DataFrame, Floats]:
    """Return `n` leads to learn from and then fresh ones, and the true rate of each."""
    rng = np.random.default_rng(seed)
    base = rng.choice([0.1, 0.2, 0.4])
    odds = np.full(n + FRESH, np.log(base / (1 - base)))
    leads = pd.DataFrame({"lead_id": [f"L{i:05d}" for i in range(n + FRESH)]})
    for name in columns:
        values = COLUMNS[name]
        code = rng.choice(values, n + FRESH, p=rng.dirichlet(np.full(values, 2.0)))
        leads[name] = np.array([f"{name} {k}" for k in range(values)], dtype=object)[code]
        odds += deviation * rng.normal(size=values)[code]
    day = pd.Timedelta(days=1)
    leads["created_at"] = pd.Timestamp("2025-01-01") + np.arange(n + FRESH) * day
    return leads, 1 / (1 + np.exp(-odds))


def raw_rates(seen: pd.DataFrame, won: Floats, fresh: pd.DataFrame, columns: list[str]) -> Floats:
    """Return the rates of the combined values as they stand; that of all where there is none."""
    rates = (
        pd.Series(won)
        .groupby([seen[c] for c in columns])
        .agg(lambda y: (y.sum() + 0.5) / (len(y) + 1))
    )
    keys = fresh[columns].itertuples(index=False, name=None)
    rate = shrunken_rate(float(won.sum()), len(won))
    return np.array([rates.get(key if len(columns) > 1 else key[0], rate) for key in keys])


def beyond(truth: Floats, p: Floats) -> float:
    """Return the log loss beyond that of the truth."""
    return float(np.mean(truth * np.log(truth / p) + (1 - truth) * np.log((1 - truth) / (1 - p))))


def measure(n: int, deviation: float, columns: list[str], seed: int) -> list[float] | None:
    """Return the losses and the share held; None where all leads fared alike."""
    leads, truth = draw(n, deviation, columns, seed)
    won = (np.random.default_rng(seed + 1).random(n) < truth[:n]) * 1.0
    if won.min() == won.max():
        return None
    created = pd.DatetimeIndex(leads["created_at"][:n])
    outcomes = dated_outcomes(leads["lead_id"][:n], won == 1, created, np.full(n, 0.25))
    sample = Sample.of(LeadHistory.from_tables(leads[:n], outcomes=outcomes), SETTINGS)
    shipped = base_rate_only(sample, SETTINGS, None, columns)
    fresh = LeadHistory.from_tables(leads[n:])
    X = shipped.feature_set.matrix(fresh, np.arange(FRESH), fresh.created)
    _, low, high = shipped.model.calibration.band(shipped.model.log_odds(X)).T
    truth = truth[n:]
    overall = np.full(FRESH, shrunken_rate(float(won.sum()), n))
    raw = raw_rates(leads[:n], won, leads[n:].reset_index(drop=True), columns)
    forecasts = (overall, raw, shipped.model.readiness(X))
    held = float(np.mean((low <= truth) & (truth <= high)))
    return [*(beyond(truth, p) for p in forecasts), held]


def run(repeats: int = 40) -> Figures:
    """Draw as many exports of each size, deviation and columns."""
    result = {}
    for columns in (["source"], ["source", "industry"]):
        every = []
        for deviation in DEVIATIONS:
            drawn = [measure(n, deviation, columns, s) for n in SIZES for s in range(repeats)]
            rows = np.array([row for row in drawn if row is not None])
            every.append(rows)
            result[f"{' and '.join(columns)}, {deviation:g}"] = _means(rows)
        result[f"{' and '.join(columns)}, all"] = _means(np.concatenate(every))
    return result


def _means(rows: Floats) -> dict[str, float]:
    overall, raw, pooled, held = rows.mean(axis=0).tolist()
    return {
        "exports": len(rows), "overall": overall, "raw": raw, "pooled": pooled, "held": held,
        "pooled_to_overall": pooled / overall,
    }  # fmt: skip
