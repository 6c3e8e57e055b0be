"""What a model has to beat: the base rate, newest first and the current CRM score."""

from __future__ import annotations

import math

import numpy as np

from features.parsing.values import number_column
from leadgate.arrays import Floats, Texts
from leadgate.policy.ranking import ranked
from training.evaluation.evaluated import Evaluated
from training.statistics import metrics


def of_base_rate(evaluated: Evaluated, rate: float) -> dict[str, float]:
    """Return the metrics of a constant; the calibration slope of one is not defined."""
    y, w = evaluated.y, evaluated.weight
    p = np.full(y.size, rate)
    observed = float(metrics.mean(y, w))
    return {
        "log_loss": float(metrics.log_loss(y, p, w)),
        "auc": 0.5,
        "brier": float(metrics.brier(y, p, w)),
        "lift_10": 1.0 if observed > 0 else math.nan,
        "precision_at_capacity": observed,
        "calibration_in_the_large": float(metrics.calibration_in_the_large(y, p, w)),
    }


def of_ranking(evaluated: Evaluated, score: Floats, share: float) -> dict[str, float]:
    """Return the metrics of a score that ranks but is no probability."""
    y, w = evaluated.y, evaluated.weight
    best_first = ranked(score, evaluated.lead_id)
    worst = np.nanmin(score, initial=0.0) - 1.0
    return {
        "auc": float(metrics.auc(y, np.where(np.isnan(score), worst, score), w)),
        "lift_10": float(metrics.lift_at(y, best_first, w, 0.1)),
        "precision_at_capacity": float(metrics.precision_at(y, best_first, w, share)),
    }


def score_values(texts: Texts, earlier: Texts, y: Floats, weight: Floats) -> Floats:
    """Return the export's own score as numbers; shape (n,), NaN where missing.

    A score in words (hot, warm, cold) has no order of its own: a word ranks by its share of wins
    among the earlier leads.

    Parameters
    ----------
    texts
        Shape (n,).
    earlier, y, weight
        Shape (m,), of leads before the window.
    """
    numbers = number_column(texts)
    given = texts != ""
    if not given.any() or np.isnan(numbers[given]).mean() < 0.05:
        return numbers
    words, code = np.unique(earlier.astype(str), return_inverse=True)
    leads = np.bincount(code, weight, minlength=words.size)
    rate = np.bincount(code, weight * y, minlength=words.size) / np.maximum(leads, 1e-12)
    place = np.searchsorted(words, texts.astype(str)).clip(max=words.size - 1)
    return np.where(given & (words[place] == texts), rate[place], np.nan)
