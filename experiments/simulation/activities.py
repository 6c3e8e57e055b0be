"""Activities: Poisson events whose rates depend on the stage, and calls by sales."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from experiments.simulation.clock import whole_seconds
from experiments.simulation.hard.machines import awake, machine_events
from experiments.simulation.law import ACTIVITY_TYPES, DELAY_CHANCES, DELAYS, Law
from leadgate.arrays import Bools, Floats, Ints

CALL = len(ACTIVITY_TYPES)
TYPE_NAMES = (*(t.name for t in ACTIVITY_TYPES), "call")
CHANNELS = (*(t.channel for t in ACTIVITY_TYPES), "phone")
OPEN, CLICK = (TYPE_NAMES.index(name) for name in ("newsletter_open", "email_click"))
CALL_RATE = 0.1
CALL_DAYS = 45.0


class Events(NamedTuple):
    """Activities as arrays: position of the lead, code of the type, and two times (days)."""

    lead: Ints
    type: Ints
    occurred: Floats
    recorded: Floats


def draw_activities(
    law: Law,
    entered: Floats,
    worked: Floats,
    end: Floats,
    until: float,
    rng: np.random.Generator,
    *,
    by_machine: Bools | None = None,
) -> Events:
    """Draw the activities recorded by `until`, sorted by lead, then time, then type.

    Parameters
    ----------
    law
        The rates.
    entered
        Journeys: (n, 5).
    worked
        When sales first worked each lead (days).
    end
        When the outcome was recorded, which ends all activities of the lead (days).
    until
        The end of the data (days).
    rng
        Source of randomness.
    by_machine
        Whose mail a scanner opens, in a hard world, which also has weekends: (n,).
    """
    end = np.minimum(end, until)
    touches = _touches(law, entered, end, rng)
    parts = [touches, _calls(worked, end, rng)]
    if by_machine is not None:
        weekday = awake(touches[2], rng)
        scans = machine_events(by_machine, entered.min(axis=1), end, (OPEN, CLICK), rng)
        parts = [(touches[0][weekday], touches[1][weekday], touches[2][weekday]), parts[1], scans]
    lead, kind, occurred = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    occurred = whole_seconds(occurred)
    delayed = np.array([*(t.delayed for t in ACTIVITY_TYPES), False])[kind]
    delay = np.where(delayed, rng.choice(DELAYS, size=lead.size, p=DELAY_CHANCES), 0.0)
    recorded = whole_seconds(occurred + delay)
    kept = np.flatnonzero((recorded <= until) & (occurred < until))
    kept = kept[np.lexsort((kind[kept], occurred[kept], lead[kept]))]
    return Events(lead[kept], kind[kept], occurred[kept], recorded[kept])


def _touches(
    law: Law, entered: Floats, end: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints, Floats]:
    """Draw stage by stage at the highest rate of any month, then thin to the month's own."""
    highest = law.activity_rates.max(axis=0)
    lasted = _time_in_stage(entered, end)
    counts = rng.poisson(lasted * highest.sum(axis=1))
    lead, stage = (np.repeat(i, counts.ravel()) for i in np.indices(counts.shape).reshape(2, -1))
    occurred = entered[lead, stage] + rng.random(lead.size) * lasted[lead, stage]
    kind = _draw_types(highest, stage, rng)
    share = law.activity_rates[law.month(occurred), stage, kind] / highest[stage, kind]
    kept = rng.random(lead.size) < share
    return lead[kept], kind[kept], occurred[kept]


def _time_in_stage(entered: Floats, end: Floats) -> Floats:
    """Return the days spent in each stage before `end`: (n, 5)."""
    later = np.minimum.accumulate(entered[:, :0:-1], axis=1)[:, ::-1]
    left = np.minimum(np.column_stack([later, end]), end[:, None])
    return np.where(entered < left, left - np.where(entered < left, entered, 0.0), 0.0)


def _draw_types(rates: Floats, stage: Ints, rng: np.random.Generator) -> Ints:
    share = rates.cumsum(axis=1) / rates.sum(axis=1, keepdims=True)
    share[:, -1] = 1.0
    drawn = rng.random(stage.size)
    kind = np.empty(stage.size, dtype=np.int64)
    for number, reach in enumerate(share):
        here = stage == number
        kind[here] = np.searchsorted(reach, drawn[here], side="right")
    return kind


def _calls(worked: Floats, end: Floats, rng: np.random.Generator) -> tuple[Ints, Ints, Floats]:
    """Draw calls at a constant rate after the first work, whatever the stage."""
    reached = np.flatnonzero(worked < end)
    lasted = np.minimum(end[reached] - worked[reached], CALL_DAYS)
    lead = np.repeat(np.arange(reached.size), rng.poisson(CALL_RATE * lasted))
    occurred = worked[reached][lead] + rng.random(lead.size) * lasted[lead]
    return reached[lead], np.full(lead.size, CALL), occurred
