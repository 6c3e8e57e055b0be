"""What each column of the leads contributes: what is lost with it when it is not there."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats
from training.ensemble.fitted import Fitted

_DIGITS = 6


def importance(fitted: Fitted, X: Floats) -> dict[str, float]:
    """Return the importance of each column of the leads.

    Parameters
    ----------
    X
        Shape (n, p): the leads that come in (`training.packaging.arrivals.arriving`).

    Returns
    -------
    dict
        By column, its share of the mean absolute contribution to the log-odds. What leads did
        takes the rest. Empty where nothing contributes.
    """
    mean = np.abs(fitted.model.contributions(X)).mean(axis=0)
    total = float(mean.sum())
    if not total > 0:
        return {}
    return {
        feature.source: round(float(share) / total, _DIGITS)
        for feature, share in zip(fitted.feature_set.features_, mean, strict=True)
        if feature.of_attribute
    }
