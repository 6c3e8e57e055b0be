"""The model for too few leads: each gets the pooled base rate of its segments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadgate.arrays import Floats
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape
from leadgate.model.calibration import logit, sigmoid
from training.segments.segments import Outcomes, SegmentRates
from training.statistics.logistic import fit_logistic


def segment_model(outcomes: Outcomes, rates: Sequence[SegmentRates], n_features: int) -> Model:
    """Return the model that knows the base rate of each segment.

    One segment column: the pooled rate of its value, exactly. Several: the log-odds of each value
    are added up. Every value is given `strength` more leads that won as often as all do and are
    like all in every other column; the likelihood of real and added leads is maximised, so columns
    that go together share what they show. The interval is the widest of each column together, so
    it holds those of the pooled rates.

    Parameters
    ----------
    outcomes
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
    base = float(logit(outcomes.rate))
    effects = _effects(outcomes, rates, base)
    shapes = [Shape.table([0.0, 0.0])] * n_features
    for segment, effect in zip(outcomes.segments, effects, strict=True):
        shapes[segment.column] = Shape.table(effect)
    variance = sum(float(segment.pooled.variance.max()) for segment in rates)
    calibration = Calibration(0.0, 1.0, [[variance, 0.0], [0.0, 0.0]])
    return Model(Blend([AdditiveMember(shapes, base)], [1.0]), calibration)


def _effects(outcomes: Outcomes, rates: Sequence[SegmentRates], base: float) -> list[Floats]:
    """Return the log-odds of each value beside the base."""
    sizes = [len(segment.values) for segment in outcomes.segments]
    columns = [np.eye(size)[s.code] for size, s in zip(sizes, outcomes.segments, strict=True)]
    strength = np.repeat([segment.pooled.strength for segment in rates], sizes)
    fit = fit_logistic(
        np.concatenate([np.concatenate(columns, axis=1), np.eye(strength.size)]),
        np.append(outcomes.y, np.full(strength.size, sigmoid(base))),
        np.append(outcomes.weight, strength),
        base,
    )
    return np.split(fit.theta, np.cumsum(sizes)[:-1])
