"""Figures and names as people read them."""

from __future__ import annotations

import math
import re
from typing import Protocol

import numpy as np

from features.parsing.times import NAT

DASH = "–"
POLICIES = {
    "gate": "the gate",
    "own_score": "current CRM score",
    "current_score": "current CRM score",
}


class Interval(Protocol):
    """Whatever has the two ends of an interval."""

    @property
    def low(self) -> float:
        """The lower end; NaN where it is not defined."""

    @property
    def high(self) -> float:
        """The upper end."""


def figure(value: float) -> str:
    """Return a number with three decimals; a dash where it is not defined."""
    return f"{value:.3f}" if math.isfinite(value) else DASH


def ratio(value: float) -> str:
    """Return a number with two decimals; a dash where it is not defined."""
    return f"{value:.2f}" if math.isfinite(value) else DASH


def percent(share: float) -> str:
    """Return a share in per cent; a dash where it is not defined."""
    return f"{100 * share:.1f} %" if math.isfinite(share) else DASH


def count(value: float) -> str:
    """Return a number of leads or rows; a dash where it is not known."""
    return f"{value:,.0f}" if math.isfinite(value) else DASH


def money(value: float) -> str:
    """Return an amount without cents; a dash where it is not known."""
    return f"{value:,.0f}" if math.isfinite(value) else DASH


def day(us: int) -> str:
    """Return the day of an instant in microseconds UTC; a dash without dates."""
    return DASH if us == NAT else str(np.datetime64(us, "us").astype("datetime64[D]"))


def days(value: float) -> str:
    """Return a length of time given in days, in the unit that suits it."""
    if not math.isfinite(value):
        return DASH
    if value < 1 / 24:
        return f"{value * 24 * 60:.0f} min"
    if value < 2:
        return f"{value * 24:.1f} h"
    return f"{value:.0f} days" if value >= 10 else f"{value:.1f} days"


def interval(metric: Interval, style: str = "figure") -> str:
    """Return the ends of an interval, as figures, ratios, days or in per cent."""
    if not math.isfinite(metric.low):
        return DASH
    if style == "percent":
        return f"{100 * metric.low:.1f} to {percent(metric.high)}"
    shown = {"ratio": ratio, "days": days}.get(style, figure)
    return f"{shown(metric.low)} to {shown(metric.high)}"


def policy_name(name: str) -> str:
    """Return what people call a policy or baseline."""
    key = name.replace(" ", "_")
    return POLICIES.get(key, key.replace("_", " "))


def plain(name: str) -> str:
    """Return the name of a column in words: ``LeadSource`` and ``lead_source`` as lead source."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).replace("_", " ").split()
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in words)


FILTERS = {
    style.__name__: style
    for style in (figure, ratio, percent, count, money, day, days, interval, policy_name, plain)
}
