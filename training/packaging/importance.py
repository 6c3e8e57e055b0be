"""What each column of the leads contributes: what is lost with it when it is not there."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.history.lead_history import LeadHistory
from training.ensemble.fitted import Fitted
from training.packaging.arrivals import snapshots_at_the_gate

_DIGITS = 6


def importance(
    fitted: Fitted, history: LeadHistory, ages_days: Sequence[float]
) -> dict[str, float]:
    """Return the importance of each column of the leads.

    Returns
    -------
    dict
        By column, its share of the mean absolute contribution to the log-odds among the leads as
        they stand at the gate. What leads did takes the rest. Empty where nothing contributes.
    """
    at = snapshots_at_the_gate(history, ages_days)
    X = fitted.feature_set.matrix(history, at.lead, at.as_of)
    mean = np.abs(fitted.model.contributions(X)).mean(axis=0)
    total = float(mean.sum())
    if not total > 0:
        return {}
    return {
        feature.source: round(float(share) / total, _DIGITS)
        for feature, share in zip(fitted.feature_set.features_, mean, strict=True)
        if feature.of_attribute
    }
