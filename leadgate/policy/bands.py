"""Grades and stages: readable names for bands of readiness."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

GRADES = ("D", "C", "B", "A")
STAGES = ("interest", "consideration", "purchase")

# Of a first set of bands: the share of leads below each limit, and how many times the odds of the
# average lead a stage begins with.
_GRADE_SHARES = (0.4, 0.7, 0.9)
_STAGE_ODDS = (1.0, 3.0)


@dataclass(frozen=True)
class Bands:
    """The lower limits of the grades C, B, A and of consideration and purchase.

    A readiness equal to a limit belongs to the higher band. The limits are kept as they are when
    a model is trained again, so that a grade goes on meaning the same readiness.

    Raises
    ------
    ValueError
        If there are not three and two limits, ascending.
    """

    grades: tuple[float, ...]
    stages: tuple[float, ...]

    def __post_init__(self) -> None:
        for limits, names in ((self.grades, GRADES), (self.stages, STAGES)):
            if len(limits) != len(names) - 1 or not (np.diff(limits) >= 0).all():
                raise ValueError(f"bands need {len(names) - 1} ascending limits")

    @classmethod
    def of(cls, readiness: ArrayLike, base_rate: float) -> Self:
        """Return first bands for a distribution of readiness.

        A is the best tenth of the leads, B the next fifth, C the next three tenths. Consideration
        begins at the base rate, purchase at three times its odds. Limits have two digits, for
        people to remember.
        """
        grades = np.quantile(np.asarray(readiness, dtype=np.float64), _GRADE_SHARES)
        odds = base_rate / (1.0 - base_rate) * np.array(_STAGE_ODDS)
        return cls(_two_digits(grades), _two_digits(odds / (1.0 + odds)))

    def name(self, readiness: float) -> tuple[str, str]:
        """Return (grade, stage) of one lead."""
        grade = sum(readiness >= limit for limit in self.grades)
        return GRADES[grade], STAGES[sum(readiness >= limit for limit in self.stages)]

    def names(self, readiness: NDArray[np.float64]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return (grades, stages), each of shape (n,), text."""
        grades = np.searchsorted(self.grades, readiness, side="right")
        stages = np.searchsorted(self.stages, readiness, side="right")
        top = len(STAGES) - 1
        return (
            np.array(GRADES, dtype=object)[np.minimum(grades, len(GRADES) - 1)],
            np.array(STAGES, dtype=object)[np.minimum(stages, top)],
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the bands as JSON values."""
        return {"grades": list(self.grades), "stages": list(self.stages)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Sequence[float]]) -> Self:
        """Read what `to_dict` wrote.

        Raises
        ------
        KeyError, TypeError, ValueError
            If it is not that.
        """
        return cls(
            tuple(float(v) for v in values["grades"]), tuple(float(v) for v in values["stages"])
        )


def _two_digits(limits: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(float(f"{limit:.2g}") for limit in limits)
