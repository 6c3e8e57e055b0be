"""What every page is made of: the templates, and figures as people read them."""

from __future__ import annotations

import math

import jinja2
import numpy as np

from features.parsing.times import NAT
from training.evaluation.breakdown import Group
from training.evaluation.evaluated import Metric

DASH = "–"


def templates(*packages: str) -> jinja2.Environment:
    """Return the templates of some packages, over the styles and macros that all pages share.

    Parameters
    ----------
    *packages
        Packages with a folder ``templates`` of their own.
    """
    found = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(p) for p in (*packages, "training.report")]
        ),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.filters |= {
        "figure": figure,
        "percent": percent,
        "ratio": ratio,
        "count": count,
        "money": money,
        "day": day,
        "interval": interval,
    }
    return found


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
    """Return a number of leads or rows."""
    return f"{value:,.0f}"


def money(value: float) -> str:
    """Return an amount without cents; a dash where it is not known."""
    return f"{value:,.0f}" if math.isfinite(value) else DASH


def day(us: int) -> str:
    """Return the day of an instant in microseconds UTC; a dash without dates."""
    return DASH if us == NAT else str(np.datetime64(us, "us").astype("datetime64[D]"))


def interval(metric: Metric | Group, style: str = "figure") -> str:
    """Return the ends of an interval, as figures, ratios or in per cent."""
    if style == "percent" and math.isfinite(metric.low):
        return f"{100 * metric.low:.1f} to {percent(metric.high)}"
    if style == "ratio" and math.isfinite(metric.low):
        return f"{ratio(metric.low)} to {ratio(metric.high)}"
    return f"{figure(metric.low)} to {figure(metric.high)}" if math.isfinite(metric.low) else DASH
