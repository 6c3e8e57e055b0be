"""Machines and weekdays: opens and clicks of mail scanners, and quiet weekends."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from experiments.simulation.clock import whole_seconds
from leadgate.arrays import Bools, Floats, Ints

# The share of accounts whose mail a scanner opens, and how it follows the weekly mailing.
SCANNED = 0.3
MAILING_DAY, MAILING_HOUR = 1, 9.0
OPENS, CLICKS = 0.9, 0.4
# How much of what happens on a weekday also happens on a day of the weekend.
WEEKEND = 0.3


def scanned(account_id: NDArray[np.object_], rng: np.random.Generator) -> Bools:
    """Draw which leads belong to an account whose mail a scanner opens; shape (n,)."""
    names, code = np.unique(account_id, return_inverse=True)
    return np.asarray((rng.random(names.size) < SCANNED)[code])


def machine_events(
    by_machine: Bools,
    created: Floats,
    end: Floats,
    types: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[Ints, Ints, Floats]:
    """Draw opens and clicks within a minute after each weekly mailing, whatever the stage.

    Parameters
    ----------
    by_machine
        Which leads have a scanner; shape (n,).
    created, end
        From when until when each lead gets mail (days); shape (n,).
    types
        The codes of an open and of a click.

    Returns
    -------
    tuple of ndarray
        Lead, type and time (days) of each event.
    """
    mailings = np.arange(MAILING_DAY + MAILING_HOUR / 24, end.max(initial=0.0), 7.0)
    parts = []
    for code, chance in zip(types, (OPENS, CLICKS), strict=True):
        gets = by_machine[:, None] & (created[:, None] < mailings) & (mailings < end[:, None])
        lead, mailing = np.nonzero(gets & (rng.random(gets.shape) < chance))
        at = whole_seconds(mailings[mailing] + rng.uniform(0, 60, lead.size) / 86_400)
        parts.append((lead, np.full(lead.size, code), at))
    lead, kind, occurred = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return lead, kind, occurred


def awake(occurred: Floats, rng: np.random.Generator) -> Bools:
    """Draw which activities happen at all: few of those of a weekend; shape (n,).

    A world begins on a Monday.
    """
    weekend = (occurred % 7.0) >= 5.0
    return np.asarray(~weekend | (rng.random(occurred.size) < WEEKEND))
