"""The model for too few leads: each gets the pooled base rate of its segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadgate.arrays import Floats
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape
from leadgate.model.calibration import logit, sigmoid
from training.segments.segments import Outcomes, SegmentRates


def segment_model(found: Outcomes, rates: Sequence[SegmentRates], n_features: int) -> Model:
    """Return the model that knows the base rate of each segment.

    One segment column: the pooled rate of its value, exactly. Several: the log-odds of each value
    are added up. Every value is given `strength` more leads that won as often as all do and are
    like all in every other column; the likelihood of real and added leads is maximised, so columns
    that go together share what they show. The interval is the widest of each column together, so
    it holds those of the pooled rates.

    Parameters
    ----------
    found
        With at least one segment.
    rates
        Of its segments, in their order.
    n_features
        Columns of the matrix; those that are no segment move nothing.

    References
    ----------
    Prior by added data: Greenland & Mansournia 2015, Penalization, bias reduction, and default
    priors in logistic and related categorical and survival regressions.
    """
    base = float(logit(found.rate))
    effects = _effects(found, rates, base)
    shapes = [Shape.table([0.0, 0.0])] * n_features
    for segment, effect in zip(found.segments, effects, strict=True):
        shapes[segment.column] = Shape.table(effect)
    variance = sum(float(one.pooled.variance.max()) for one in rates)
    calibration = Calibration(0.0, 1.0, [[variance, 0.0], [0.0, 0.0]])
    return Model(Blend([AdditiveMember(shapes, base)], [1.0]), calibration)


def _effects(found: Outcomes, rates: Sequence[SegmentRates], base: float) -> list[Floats]:
    """Return the log-odds of each value beside the base, by Newton's method."""
    sizes = [len(segment.values) for segment in found.segments]
    codes = [segment.code for segment in found.segments]
    A = np.concatenate([np.eye(k)[code] for k, code in zip(sizes, codes, strict=True)], axis=1)
    added = np.repeat([one.pooled.strength for one in rates], sizes)
    rate, theta = sigmoid(base), np.zeros(A.shape[1])
    for _ in range(50):
        p, q = sigmoid(base + A @ theta), sigmoid(base + theta)
        gradient = A.T @ (found.weight * (found.y - p)) + added * (rate - q)
        hessian = (A.T * (found.weight * p * (1 - p))) @ A + np.diag(added * q * (1 - q))
        step = np.linalg.solve(hessian, gradient)
        theta = theta + step / max(1.0, float(np.abs(step).max()) / 2)
        if np.abs(step).max() < 1e-12:
            break
    return np.split(theta, np.cumsum(sizes)[:-1])
