"""What a bundle says of its base-rate offset: whether it follows the outcomes, and how fast."""

from __future__ import annotations

from typing import Any

from features.parsing.times import NAT, iso
from training.ensemble.fitted import Fitted
from training.evaluation.followed import Following


def level(following: Following | None, shipped: Fitted, until: int) -> dict[str, Any] | None:
    """Return the entry ``level`` of bundle.json; None where it is not known when outcomes come.

    Returns
    -------
    dict
        ``follow`` and ``why``; ``variance`` of the offset and ``step``, the variance that a week
        adds (`training.ensemble.following.Walk`); ``since``, the end of the data that the offset
        was fitted on, and ``intercept``, the offset.
    """
    if following is None or shipped.walk is None or until == NAT:
        return None
    return {
        "follow": following.pays,
        "why": following.why,
        "delay_days": round(following.delay_days, 2),
        "variance": shipped.walk.variance,
        "step": shipped.walk.step,
        "since": iso(until),
        "intercept": shipped.model.calibration.intercept,
    }
