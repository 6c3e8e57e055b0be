"""The hidden journey: drawing paths of the Markov chain, and reading a stage from a path."""

from __future__ import annotations

import numpy as np

from experiments.simulation.clock import whole_seconds
from experiments.simulation.law import LOST, STAGES, WON, Law
from leadgate.arrays import Floats, Ints


def draw_entry(law: Law, group: Ints, rng: np.random.Generator) -> Ints:
    """Draw the stage at creation of leads of these groups: (n,)."""
    return _draw_column(law.entry[group], rng)


def walk(
    law: Law,
    group: Ints,
    stage: Ints,
    since: Floats,
    way: Ints,
    rng: np.random.Generator,
) -> Floats:
    """Draw journeys until they are won or lost.

    Parameters
    ----------
    law
        The rates.
    group, stage, since
        Group of each lead, and its stage from the time `since` (days) on: (n,).
    way
        How sales works each lead from `since` on, 0 for not at all: (n,).
    rng
        Source of randomness.

    Returns
    -------
    ndarray of shape (n, 5)
        Time (days, whole seconds) at which each stage was entered, ``inf`` for never.
    """
    entered = np.full((len(stage), len(STAGES)), np.inf)
    entered[np.arange(len(stage)), stage] = since
    generators = law.generators.reshape(-1, len(STAGES), len(STAGES))
    stage, now = stage.copy(), since.copy()
    moving = np.flatnonzero(stage < WON)
    while moving.size:
        which = law.generator_number(now[moving], way[moving], group[moving])
        rates = generators[which, stage[moving]].clip(min=0)
        jump = now[moving] + rng.exponential(size=moving.size) / rates.sum(axis=1)
        month_end = law.month_end(now[moving])
        # Rates change with the month: a jump beyond its end is drawn anew from there.
        jumps = jump < month_end
        now[moving] = np.where(jumps, jump, month_end)
        jumped = moving[jumps]
        stage[jumped] = _draw_column(rates[jumps], rng)
        entered[jumped, stage[jumped]] = now[jumped]
        moving = moving[stage[moving] < WON]
    return whole_seconds(entered)


def stage_at(entered: Floats, at: Floats) -> Ints:
    """Return the stage at times `at` (days) of journeys `entered` (n, 5), -1 before creation."""
    reached = entered <= at[:, None]
    last = len(STAGES) - 1 - np.argmax(reached[:, ::-1], axis=1)
    return np.where(reached.any(axis=1), last, -1)


def closed_at(entered: Floats) -> Floats:
    """Return when journeys were won or lost (days)."""
    return np.minimum(entered[:, WON], entered[:, LOST])


def _draw_column(weights: Floats, rng: np.random.Generator) -> Ints:
    """Draw a column number for each row in proportion to the row's weights."""
    reach = weights.cumsum(axis=1)
    drawn = rng.random((len(weights), 1)) * reach[:, -1:]
    return np.asarray(np.count_nonzero(drawn >= reach, axis=1), dtype=np.int64)
