"""Weighted metrics of probabilities, for one weighting of the rows or many at once.

Everywhere `weight` has shape (n,), or (b, n) for b bootstrap replicates; the result has its shape
without the last axis. A metric that the rows do not define (no win, no row) is NaN.
"""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats, Ints, Positions
from leadgate.model.calibration import logit
from training.statistics.logistic import fit_logistic

_EPS = 1e-15


def clipped_logit(p: Floats) -> Floats:
    """Return the log-odds of probabilities, kept finite."""
    return logit(np.clip(p, _EPS, 1 - _EPS))


def losses(y: Floats, p: Floats) -> Floats:
    """Return the log loss of each row in nats; shape (n,)."""
    p = np.clip(p, _EPS, 1 - _EPS)
    return -(y * np.log(p) + (1 - y) * np.log1p(-p))


def mean(values: Floats, weight: Floats) -> Floats:
    """Return the weighted mean; NaN without weight."""
    return ratio(weight @ values, weight.sum(axis=-1))


def log_loss(y: Floats, p: Floats, weight: Floats) -> Floats:
    """Return the mean log loss in nats; lower is better."""
    return mean(losses(y, p), weight)


def brier(y: Floats, p: Floats, weight: Floats) -> Floats:
    """Return the mean squared error of the probabilities; lower is better."""
    return mean((y - p) ** 2, weight)


def concordance(y: Floats, score: Floats, weight: Floats) -> tuple[Floats, Floats]:
    """Return the weight of the pairs (win, no win) that the score ranks right, and of all pairs.

    A pair with equal scores counts half.
    """
    order = np.argsort(score, kind="stable")
    starts = np.flatnonzero(np.diff(score[order], prepend=-np.inf))
    won, lost = weight[..., order] * y[order], weight[..., order] * (1 - y[order])
    if starts.size < order.size:
        won, lost = (np.add.reduceat(part, starts, axis=-1) for part in (won, lost))
    below = np.cumsum(lost, axis=-1) - lost / 2
    right = np.einsum("...i,...i->...", won, below)
    return right, won.sum(axis=-1) * lost.sum(axis=-1)


def auc(y: Floats, score: Floats, weight: Floats) -> Floats:
    """Return the area under the ROC curve: P(a win scores above a loss), ties half."""
    return ratio(*concordance(y, score, weight))


def within(y: Floats, score: Floats, weight: Floats, window: Ints) -> Floats:
    """Return the AUC within each window, pooled over their pairs; scores of two never meet."""
    right = pairs = np.zeros(np.shape(weight)[:-1])
    for code in np.unique(window):
        inside = window == code
        in_window = concordance(y[inside], score[inside], weight[..., inside])
        right, pairs = right + in_window[0], pairs + in_window[1]
    return ratio(right, pairs)


def precision_at(y: Floats, best_first: Positions, weight: Floats, share: float) -> Floats:
    """Return the share of wins among the best `share` of the leads.

    Parameters
    ----------
    best_first
        Positions by the one tie rule (`leadgate.policy.ranking.ranked`); the lead on the line
        counts with the part of its weight that is above it.
    """
    w = np.atleast_2d(weight)[:, best_first]
    line = share * w.sum(axis=-1)
    reached = np.cumsum(w, axis=-1)
    taken = np.clip(line[:, None] - (reached - w), 0.0, w)
    result = ratio(taken @ y[best_first], line)
    return result.reshape(np.shape(weight)[:-1])


def lift_at(y: Floats, best_first: Positions, weight: Floats, share: float) -> Floats:
    """Return the share of wins among the best `share` of the leads, over that of all leads."""
    return ratio(precision_at(y, best_first, weight, share), mean(y, weight))


def calibration_in_the_large(y: Floats, p: Floats, weight: Floats) -> Floats:
    """Return the predicted-to-actual ratio of wins; 1 is right, above 1 predicts too many."""
    return ratio(weight @ p, weight @ y)


def calibration_slope(y: Floats, p: Floats, weight: Floats) -> Floats:
    """Return the slope of a logistic regression of y on the log-odds of p.

    1 is right, below 1 the probabilities are too extreme (Cox 1958). NaN where they do not vary,
    there is one class only, or a line separates the classes.
    """
    x = clipped_logit(p)
    if x.size == 0 or np.ptp(x) == 0:
        return np.full(np.shape(weight)[:-1], np.nan)
    X = np.column_stack([np.ones(x.size), x])
    fit = fit_logistic(X, y, weight, start=np.array([0.0, 1.0]))
    defined = fit.converged & (weight @ y > 0) & (weight @ (1 - y) > 0)
    slope: Floats = np.where(defined, fit.theta[..., 1], np.nan)
    return slope


def ratio(above: Floats, below: Floats) -> Floats:
    """Return above / below, NaN where below is not positive."""
    below = np.asarray(below, dtype=np.float64)
    result: Floats = np.full(below.shape, np.nan)
    return np.divide(above, below, out=result, where=below > 0)
