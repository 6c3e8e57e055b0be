"""Why the figures of a run end before its data, and when the next ones come."""

from __future__ import annotations

import math

from features.parsing.times import NAT, US_PER_DAY
from training.dataset.labels import typical_delay
from training.report.formats import day
from training.result import TrainingResult

_MORE_DAYS = 30


def why_it_ends(trained: TrainingResult) -> str:
    """Say where the test window ends, why, and with which data it reaches further.

    "" where nothing was evaluated, and where there are no dates or no horizon.
    """
    evaluation, horizon = trained.evaluation, trained.settings.horizon_days
    until = trained.data_until
    if evaluation is None or until == NAT or not horizon:
        return ""
    newest = int(evaluation.evaluated.as_of.max())
    delay = typical_delay(trained.history)
    wait = round(horizon * US_PER_DAY) + delay
    recorded = f", and {_days(delay)} more until outcomes are recorded" if delay else ""
    return (
        f"It ends with leads seen on {day(newest)}, {_days(until - newest)} before the data do: "
        f"what became of a lead is known {horizon:g} days after it is seen{recorded}. With data "
        f"until {day(newest + wait + _MORE_DAYS * US_PER_DAY)} it covers {_MORE_DAYS} days more."
    )


def _days(us: int) -> str:
    return f"{math.ceil(us / US_PER_DAY)} days"
