"""Columns that repeat what the activities show only later."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from features.history.lead_history import LeadHistory
from features.parsing.times import US_PER_DAY
from leadgate.arrays import Floats, Ints

_SAME, _APART = 0.98, 0.90
_LEADS = 5_000
_ENOUGH = 50
_END = "the end of the data"


class LaterCounts:
    """How many activities of each type, and of all, some leads have by several moments.

    The moments are the first snapshot, the later planned ages and the end of the data; a sample of
    5,000 leads is enough.

    Parameters
    ----------
    history
        To the end of the data, as the columns are.
    lead, as_of
        Shape (n,), positions in the history, and the first snapshots.
    ages_days
        The planned ages.
    """

    def __init__(
        self, history: LeadHistory, lead: Ints, as_of: Ints, ages_days: Sequence[float]
    ) -> None:
        self._some = slice(None, None, 1 + len(lead) // _LEADS)
        some, first = lead[self._some], as_of[self._some]
        created = history.created[some]
        self._early = _counts(history, some, first)
        self._later = {_END: _counts(history, some, np.full(len(first), np.iinfo(np.int64).max))}
        for age in sorted(ages_days):
            end = created + round(age * US_PER_DAY)
            if (end > first).all():
                self._later[f"an age of {age:g} days"] = _counts(history, some, end)

    def match(self, values: Floats) -> str:
        """Say which later count a column of numbers repeats; "" where it repeats none.

        Parameters
        ----------
        values
            Shape (n,), of the leads, NaN where missing. It repeats a count when their ranks
            correlate with 0.98 at least, and with less than 0.90 at the first snapshot.
        """
        column = values[self._some]
        finite = np.isfinite(column)
        if finite.sum() < _ENOUGH:
            return ""
        for until, counts in self._later.items():
            for name, count in counts.items():
                late = _correlation(column[finite], count[finite])
                if late < _SAME:
                    continue
                early = _correlation(column[finite], self._early[name][finite])
                if early < _APART:
                    return (
                        f"it repeats the number of {name} up to {until} (rank correlation "
                        f"{late:.2f}; with those before the first snapshot {early:.2f})"
                    )
        return ""


def _counts(history: LeadHistory, lead: Ints, end: Ints) -> dict[str, Floats]:
    acts, size = history.activities, len(history)
    # Leads that are not asked for end before anything happens.
    ends = np.full(size, np.iinfo(np.int64).min)
    ends[lead] = end
    before = acts.occurred < ends[acts.owner]
    owner, kind = acts.owner[before], acts.type.codes[before]
    owners = {"activities": owner}
    owners |= {f"{name} activities": owner[kind == k] for k, name in enumerate(acts.type.texts)}
    return {
        name: np.bincount(of, minlength=size)[lead].astype(np.float64)
        for name, of in owners.items()
    }


def _correlation(first: Floats, second: Floats) -> float:
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        return 0.0
    return float(np.corrcoef(rankdata(first), rankdata(second))[0, 1])
