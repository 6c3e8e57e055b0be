"""Grades and stages: readable names for bands of readiness."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leadgate.arrays import Bools, Floats, Texts

GRADES = ("D", "C", "B", "A")
STAGES = ("interest", "consideration", "purchase")

# Of a first set of bands: the share of leads below each limit, and how many times the odds of the
# average lead a stage begins with.
_GRADE_SHARES = (0.4, 0.7, 0.9)
STAGE_ODDS = (0.5, 3.0)
# A lead keeps its last name while its log-odds are so much on the wrong side of a limit.
MARGIN = 0.1


@dataclass(frozen=True)
class Bands:
    """The lower limits of the grades C, B, A and of consideration and purchase.

    A readiness equal to a limit belongs to the higher band. The limits are kept as they are when
    a model is trained again, so that a grade goes on meaning the same readiness; a lead that had a
    name keeps it until its readiness has left the band by `margin` on the log-odds, so that a small
    move, or a new model that all but agrees, does not rename it, and every band can be reached.

    Raises
    ------
    ValueError
        If there are not three and two limits, ascending, or the margin is not in [0, 1).
    """

    grades: tuple[float, ...]
    stages: tuple[float, ...]
    margin: float = MARGIN

    def __post_init__(self) -> None:
        for limits, names in ((self.grades, GRADES), (self.stages, STAGES)):
            if len(limits) != len(names) - 1 or not (np.diff(limits) >= 0).all():
                raise ValueError(f"bands need {len(names) - 1} ascending limits")
        if not 0 <= self.margin < 1:
            raise ValueError("the margin of bands is at least 0 and below 1")

    @classmethod
    def of(cls, readiness: ArrayLike, base_rate: float) -> Self:
        """Return first bands for a distribution of readiness.

        A is the best tenth of the leads, B the next fifth, C the next three tenths. Consideration
        begins at half the odds of the base rate, purchase at three times them. Limits have two
        digits, or are as near to 1 as two digits can say, for people to remember.
        """
        grades = np.quantile(np.asarray(readiness, dtype=np.float64), _GRADE_SHARES)
        odds = base_rate / (1.0 - base_rate) * np.array(STAGE_ODDS)
        return cls(_two_digits(grades), _two_digits(odds / (1.0 + odds)))

    def under(self, grades: Sequence[float] | None, stages: Sequence[float] | None) -> Self:
        """Return the bands with the limits of a configuration; None keeps those here."""
        return replace(
            self,
            grades=self.grades if grades is None else tuple(grades),
            stages=self.stages if stages is None else tuple(stages),
        )

    def name(self, readiness: float, grade: str = "", stage: str = "") -> tuple[str, str]:
        """Return (grade, stage) of one lead, which had `grade` and `stage` before ("" for none)."""
        return (
            _name(readiness, self.grades, GRADES, grade, self.margin),
            _name(readiness, self.stages, STAGES, stage, self.margin),
        )

    def names(self, readiness: Floats) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return (grades, stages), each of shape (n,), text."""
        grades = np.searchsorted(self.grades, readiness, side="right")
        stages = np.searchsorted(self.stages, readiness, side="right")
        top = len(STAGES) - 1
        return (
            np.array(GRADES, dtype=object)[np.minimum(grades, len(GRADES) - 1)],
            np.array(STAGES, dtype=object)[np.minimum(stages, top)],
        )


def stages_of(stage: Texts, handed_off: Bools) -> Texts:
    """Return the stages of leads, none of those handed off for their readiness in the first one.

    The first stage says that a lead is nowhere near buying, and a decision must not contradict it.
    """
    return np.where(handed_off & (stage == STAGES[0]), STAGES[1], stage)


def _name(
    readiness: float, limits: Sequence[float], names: Sequence[str], last: str, margin: float
) -> str:
    place = sum(readiness >= limit for limit in limits)
    if last not in names or names[place] == last:
        return names[place]
    before = names.index(last)
    # Of the band that it had, the limit on the side to which it went.
    limit = limits[before] if place > before else limits[before - 1]
    far = abs(_log_odds(readiness) - _log_odds(limit))
    has_left = far >= margin if place > before else far > margin
    return names[place] if has_left else last


def _log_odds(readiness: float) -> float:
    if not 0 < readiness < 1:
        return math.copysign(math.inf, readiness - 0.5)
    return math.log(readiness) - math.log1p(-readiness)


def _two_digits(limits: Floats) -> tuple[float, ...]:
    return tuple(
        float(f"{limit:.2g}") if limit <= 0.5 else float(f"{1 - float(f'{1 - limit:.2g}'):.10g}")
        for limit in limits
    )
