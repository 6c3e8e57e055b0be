"""The law of a world: every rate that drives a journey and what the journey leaves behind.

A lead walks through interest, consideration and purchase to won, or is lost from any of them: a
continuous-time Markov chain. Its rates depend on the lead's group (fit, source and the hidden
effect of its account), on whether sales works it, and with drift on the month. While it is in a
stage it leaves activities behind, each type a Poisson process whose rate depends on the stage
alone. All rates are per day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.simulation.fields import FIT_LEVELS
from experiments.simulation.hard.rates import PACE, seasons, way_of
from experiments.simulation.hard.rates import ways as hard_ways
from experiments.simulation.settings import WorldSettings
from leadgate.arrays import Bools, Floats, Ints

STAGES = ("interest", "consideration", "purchase", "won", "lost")
INTEREST, CONSIDERATION, PURCHASE, WON, LOST = range(5)
MONTH_DAYS = 30.0


# Interest to consideration, consideration to purchase, purchase to won: the last two are where
# a call by sales helps, so that a trace means nearly the same whether sales works the lead or not.
PROGRESS = np.array([0.008, 0.011, 0.004])
PROGRESS_WORKED = np.array([0.0085, 0.016, 0.026])
LOSS = np.array([0.006, 0.006, 0.012])
FIT_FACTOR = np.array([0.5, 0.8, 1.15, 1.5])
SOURCE_FACTOR = np.array([1.0, 0.8, 0.7, 0.9, 1.4])
# The hidden effect of an account in standard deviations, and the chance of each level: the three
# points that share their first five moments with the normal distribution (Gauss-Hermite).
ACCOUNT_LEVELS = np.sqrt(3.0) * np.array([-1.0, 0.0, 1.0])
ACCOUNT_CHANCES = np.array([1.0, 4.0, 1.0]) / 6.0
# What keeps the base rate of a world of noise near that of the others.
NOISE_FACTOR = 0.2
# Chance of entering in interest, consideration and purchase, by source.
ENTRY = np.array(
    [
        [0.70, 0.24, 0.06],
        [0.84, 0.13, 0.03],
        [0.88, 0.10, 0.02],
        [0.75, 0.20, 0.05],
        [0.50, 0.35, 0.15],
    ]
)


@dataclass(frozen=True)
class ActivityType:
    """One type of activity: rate per day in interest, consideration, purchase and once closed.

    `delayed` types are imported from another tool. `tilt` is the direction in which drift moves
    the rate.
    """

    name: str
    channel: str
    rates: tuple[float, float, float, float]
    delayed: bool = False
    tilt: float = 0.0


ACTIVITY_TYPES = (
    ActivityType("newsletter_open", "email", (0.060, 0.042, 0.032, 0.016), tilt=-1.0),
    ActivityType("email_click", "email", (0.024, 0.034, 0.034, 0.004)),
    ActivityType("blog_visit", "web", (0.060, 0.046, 0.034, 0.008)),
    ActivityType("webinar", "event", (0.014, 0.024, 0.014, 0.001), delayed=True, tilt=1.0),
    ActivityType("trade_fair", "event", (0.006, 0.006, 0.006, 0.001), delayed=True),
    ActivityType("case_study_download", "web", (0.006, 0.026, 0.020, 0.001)),
    ActivityType("comparison_view", "web", (0.006, 0.036, 0.030, 0.001)),
    ActivityType("pricing_view", "web", (0.006, 0.014, 0.050, 0.001), tilt=1.0),
    ActivityType("demo_request", "web", (0.0012, 0.003, 0.018, 0.0003)),
    ActivityType("quote_request", "email", (0.0005, 0.0012, 0.016, 0.0003)),
)
# An entry of a delayed type reaches the CRM after one of these delays, whatever the stage. With
# fixed delays the chance of being recorded by an instant is a step function of the entry's age.
DELAYS = np.array([0.5, 2.0, 7.0])
DELAY_CHANCES = np.array([0.4, 0.4, 0.2])


@dataclass(frozen=True)
class Law:
    """The rates of one world, by group of leads.

    A group is a fit, a source and a level of the account's effect,
    ``(fit * len(SOURCES) + source) * levels + level``.

    Attributes
    ----------
    entry
        Chance of each stage at creation: (groups, 5).
    generators
        Generator matrices of the journey: (months, 1 + ways, groups, 5, 5); the second axis is not
        worked, then the ways of being worked: one, or those of `experiments.simulation.hard.rates`.
    activity_rates
        Rate of each activity type in each stage: (months, 5, types).
    outcome_delay_days
        Mean of the exponential delay of an outcome's record.
    account_chances
        Chance of each level of an account's effect: (levels,); one level where accounts have none.
    """

    entry: Floats
    generators: Floats
    activity_rates: Floats
    outcome_delay_days: float
    account_chances: Floats

    @property
    def levels(self) -> int:
        """How many levels the effect of an account has."""
        return len(self.account_chances)

    def month(self, days: Floats) -> Ints:
        """Return the month, 30 days each, in which times (days) lie; the last one never ends."""
        return np.clip(days // MONTH_DAYS, 0, len(self.generators) - 1).astype(np.int64)

    def month_end(self, days: Floats) -> Floats:
        """Return the end (days) of the months in which times lie; ``inf`` for the last one."""
        month = self.month(days)
        return np.where(month == len(self.generators) - 1, np.inf, (month + 1) * MONTH_DAYS)

    @property
    def ways(self) -> int:
        """How many ways of being worked there are."""
        return int(self.generators.shape[1]) - 1

    def way(self, team: Ints, waited_days: Floats) -> Ints:
        """Return how a team works leads that waited so long: (n,), from 1 on."""
        return way_of(team, waited_days) if self.ways > 1 else np.ones(team.size, dtype=np.int64)

    def generator_number(self, days: Floats, way: Ints | Bools, group: Ints) -> Ints:
        """Return the position in the flattened generators for times, ways and groups: (n,)."""
        shape = self.generators.shape[:3]
        return np.ravel_multi_index((self.month(days), way.astype(np.int64), group), shape)


def law_of(settings: WorldSettings) -> Law:
    """Return the law of the world that `settings` describe.

    With `noise` every lead starts in purchase with the same constant rates, leaves the same
    activities in every stage, and its outcome is recorded at once: readiness is one number, and
    nothing observed, age included, is related to it.
    """
    moves = settings.hard or settings.drift != 0
    months = int(np.ceil(settings.days / MONTH_DAYS)) + 12 if moves else 1
    years = np.arange(months) / 12
    effect = settings.account_effect
    level, chances = (ACCOUNT_LEVELS, ACCOUNT_CHANCES) if effect else (np.zeros(1), np.ones(1))
    factor = _group_factor(np.exp(effect * level))
    ways = [PROGRESS, PROGRESS_WORKED]
    if settings.hard:
        ways = [PACE * PROGRESS, *(PACE * way * PROGRESS_WORKED for way in hard_ways())]
    progress = np.stack(ways)[None, :, None, :] * factor
    of_month = np.exp(-settings.drift * years) * (seasons(months) if settings.hard else 1.0)
    progress = progress * of_month[:, None, None, None]
    rates = np.array([(*t.rates, t.rates[-1]) for t in ACTIVITY_TYPES]).T
    entry = np.repeat(np.tile(ENTRY, (FIT_LEVELS, 1)), len(level), axis=0)
    if settings.noise:
        mean = NOISE_FACTOR * progress[:1].mean(axis=2, keepdims=True)
        progress = np.broadcast_to(mean, progress.shape)
        rates = np.broadcast_to(rates[:1], rates.shape)
        entry = np.tile([0.0, 0.0, 1.0], (len(entry), 1))
    tilt = np.exp(settings.drift * np.outer(years, [t.tilt for t in ACTIVITY_TYPES]))
    return Law(
        entry=np.pad(entry, ((0, 0), (0, 2))),
        generators=_generators(progress),
        activity_rates=rates * tilt[:, None, :],
        outcome_delay_days=0.0 if settings.noise else settings.outcome_delay_days,
        account_chances=chances,
    )


def _group_factor(account_factor: Floats) -> Floats:
    """Return what multiplies the three progress rates of each group: (groups, 1)."""
    return np.outer(np.outer(FIT_FACTOR, SOURCE_FACTOR), account_factor).reshape(-1, 1)


def _generators(progress: Floats) -> Floats:
    """Return generator matrices (..., 5, 5) from progress rates (..., 3)."""
    generators = np.zeros((*progress.shape[:-1], len(STAGES), len(STAGES)))
    for stage in (INTEREST, CONSIDERATION, PURCHASE):
        generators[..., stage, stage + 1] = progress[..., stage]
        generators[..., stage, LOST] = LOSS[stage]
        generators[..., stage, stage] = -progress[..., stage] - LOSS[stage]
    return generators
