"""The model card: what the model is for, what it was made of and how far to trust it."""

from __future__ import annotations

import math

from features.parsing.times import NAT, iso
from leadgate.metrics import METRICS
from training.evaluation.evaluated import Evaluation, Metric
from training.evaluation.reliability import calibration_error
from training.promotion.verdict import NO_SIGNAL
from training.result import Trained

_TEXT = """\
# Model card: {name}

{verdict}

## What it is for

It gives each lead the probability of {target}, from what is known of the lead at the moment of
scoring, to decide who goes to sales now and who stays with marketing. It says nothing about what
sales should do, and it is not meant to decide about persons in any other matter.

## Data

{data}

## How it was judged

{evaluated}

{metrics}

## What ships

{ships}

## Limits

- It has learned from leads that sales worked. What it says of leads of another kind is a guess.
- Readiness is a probability over many leads, not a promise about one.
- It gives no readiness, and the decision `review`, to leads far from those it has learned from.
- It follows a base rate that moves only as fast as outcomes become known.
"""

_POOLED = (
    "The base rate of each segment ({}), drawn towards that of all leads the more, the fewer leads "
    "it has. It was not judged, so nobody is held back for it."
)


def card(trained: Trained) -> str:
    """Return the card as Markdown; it holds no data of any lead."""
    return _TEXT.format(
        name=trained.config.tracking.model,
        verdict=trained.why,
        target=_target(trained),
        data=_data(trained),
        evaluated=_judged(trained),
        metrics=_table(trained),
        ships=_ships(trained),
    )


def _target(trained: Trained) -> str:
    days = trained.config.target.horizon_days
    return f"a win within {days:g} days" if days else "a win at all"


def _data(trained: Trained) -> str:
    leads, rows = trained.leads, trained.rows
    span = "without dates, in the order of its rows"
    if trained.data_until != NAT:
        span = f"from {iso(trained.data_from)} to {iso(trained.data_until)}"
    return (
        f"{leads['all']:,} leads {span}: {leads['won']:,} won, {leads['lost']:,} lost, "
        f"{leads['open']:,} open, {leads['unworked']:,} never worked; {rows['quarantined']:,} rows "
        f"were refused. sha256 of the data: {trained.digest}.{_dates(trained)}"
    )


def _dates(trained: Trained) -> str:
    dates = trained.dates
    if dates is None:
        return ""
    said = dates.of_kept()
    if dates.left_out:
        said = [f"Left out because they tell the date only: {', '.join(dates.left_out)}.", *said]
    return f"\n\n{' '.join(said)}"


def _judged(trained: Trained) -> str:
    if trained.evaluation is None:
        return "It was not judged: there is too little data."
    return (
        "The figures are those of the evaluation fit: the same recipe on the data as they stood at "
        "the start of the test window (the newest 20 % of the leads whose outcome can be known), "
        "without the accounts in it. Intervals are 90 %, bootstrap by account. "
        f"{_reliability(trained.evaluation)}"
    )


def _reliability(evaluation: Evaluation) -> str:
    error, low, high = calibration_error(evaluation.evaluated)
    said = "what chance alone gives" if error <= high else "more than chance gives"
    return (
        f"Over the tenths of readiness the squared calibration error is {error:.5f} beyond "
        f"the noise, {said} ({low:.5f} to {high:.5f} in 90 % of samples "
        "where the readiness is right)."
    )


def _table(trained: Trained) -> str:
    if trained.evaluation is None:
        return ""
    lines = ["| metric | value | 90 % interval | base rate |", "|---|---|---|---|"]
    lines += [_line(name, trained.metrics[name]) for name in METRICS]
    return "\n".join(lines)


def _line(name: str, metric: Metric) -> str:
    interval = f"{_figure(metric.low)} to {_figure(metric.high)}"
    return f"| {name} | {_figure(metric.value)} | {interval} | {_figure(metric.baseline)} |"


def _figure(value: float) -> str:
    return f"{value:.4f}" if math.isfinite(value) else "-"


def _ships(trained: Trained) -> str:
    if trained.verdict == NO_SIGNAL:
        if trained.shipped.base_rates_of:
            return _POOLED.format(", ".join(trained.shipped.base_rates_of))
        return "The base rate: every lead gets the same readiness, and nobody is held back."
    used = [f"{one.name} {one.weight:.2f}" for one in trained.tried if one.weight > 0]
    return (
        "The same recipe, fitted again and calibrated again on everything that was known at the "
        f"end of the data. Blend on the log-odds: {', '.join(used)}. Largest effects: "
        f"{', '.join(list(trained.importance)[:8])}."
    )
