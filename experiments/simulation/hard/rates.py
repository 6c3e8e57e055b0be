"""Rates of a hard world: few wins, seasons, and salespeople who differ in skill and speed.

A lead that sales works moves by the skill of its team and by how soon sales came: a *way* of being
worked. Way 0 is not worked at all.
"""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats, Ints

# Of all rates towards a win: so that two of a hundred leads win.
PACE = 0.19
# Log amplitude over a year of all rates towards a win; the height of the season is in spring.
SEASON = 0.3
# What a call moves a lead by, by team (in the order of the regions) and by how soon it came.
SKILLS = np.array([1.3, 0.8, 1.0, 0.9])
SPEEDS = np.array([1.3, 1.0, 0.7])
SOON_DAYS = np.array([3.0, 14.0])


def seasons(months: int) -> Floats:
    """Return what multiplies the rates towards a win in each month of 30 days; shape (months,)."""
    return np.asarray(np.exp(SEASON * np.sin(2 * np.pi * np.arange(months) / 12)))


def ways() -> Floats:
    """Return what multiplies the rates of a worked lead, by way from 1 on; shape (12,)."""
    return np.outer(SKILLS, SPEEDS).ravel()


def way_of(team: Ints, waited_days: Floats) -> Ints:
    """Return the way in which a team works leads that waited so long; shape (n,), from 1 on."""
    soon = np.searchsorted(SOON_DAYS, waited_days, side="right")
    return np.asarray(1 + team * SPEEDS.size + soon, dtype=np.int64)
