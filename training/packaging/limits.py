"""The limits of a fit: what the leads that come in are like, and how far it may be asked beyond."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from leadgate.arrays import Floats
from leadgate.model.limits import Limits, interval_width
from training.ensemble.fitted import Fitted

# One lead in a thousand of training is as strange as this.
STRANGE = 0.001
# Of the fields that a typical lead has, as many are enough.
ENOUGH = 0.5
# A number may lie beyond the ends of training by so many times their distance.
BEYOND = 2.0
# An interval may be wider than the widest of training by this factor.
WIDER = 1.25


def with_limits(fitted: Fitted, X: Floats) -> Fitted:
    """Return a fit with its limits; one of the base rate only needs none."""
    if not fitted.has_signal:
        return fitted
    return replace(fitted, limits=learn_limits(fitted, X))


def learn_limits(fitted: Fitted, X: Floats) -> Limits:
    """Return beyond what the model of a fit is not to be asked.

    The limits are those of the leads as they stand at the gate, with room to spare, so that few of
    the leads that come in later are beyond them: a number may leave the range of training by twice
    its width, and a lead may have half of the fields that are typical, or as few as the strangest
    in a thousand have.

    Parameters
    ----------
    X
        Shape (n, p): the leads that come in (`training.packaging.arrivals.arriving`).
    """
    features = fitted.feature_set.features_
    fields = tuple(j for j, feature in enumerate(features) if feature.of_attribute)
    categories = tuple(j for j in fields if features[j].kind == "category")
    numbers = np.array([feature.kind == "number" for feature in features], dtype=bool)
    low, high = _ranges(X, numbers)
    counted = Limits(fields, categories).count(X)
    enough = math.ceil(ENOUGH * float(np.median(counted)))
    width = interval_width(fitted.model.calibration.band(fitted.model.log_odds(X)))
    return Limits(
        fields=fields,
        categories=categories,
        understood=min(enough, int(np.quantile(counted, STRANGE, method="lower"))),
        low=tuple(v if math.isfinite(v) else None for v in low.tolist()),
        high=tuple(v if math.isfinite(v) else None for v in high.tolist()),
        width=WIDER * float(width.max()),
    )


def _ranges(X: Floats, numbers: np.ndarray) -> tuple[Floats, Floats]:
    """Return the ends between which each column may lie; infinite where it is no number."""
    low, high = np.full(X.shape[1], -np.inf), np.full(X.shape[1], np.inf)
    some = numbers & ~np.isnan(X).all(axis=0)
    if some.any():
        smallest, largest = np.nanmin(X[:, some], axis=0), np.nanmax(X[:, some], axis=0)
        spare = BEYOND * (largest - smallest)
        varied = spare > 0
        low[some] = np.where(varied, smallest - spare, -np.inf)
        high[some] = np.where(varied, largest + spare, np.inf)
    return low, high
