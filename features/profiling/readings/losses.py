"""Values that no word calls a loss, though the leads that have them seem to have ended."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.parsing.times import NAT
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.outcome import OutcomeGuess
from leadgate.arrays import Bools, Ints

_MOST, _FEW = 0.95, 0.05
# Leads that are still open came in lately; of those that ended about half did so before the middle.
_AS_OLD = 0.4
_ENOUGH = 20
# As few newest leads without a win as the share won gives rise to by chance say nothing.
_BY_CHANCE = 0.001


@dataclass(frozen=True)
class Losses:
    """Losses beside those that words name.

    Attributes
    ----------
    timed
        Values whose leads have a closing time, as losses do and as leads of other values do not.
    as_old
        Others whose leads are as old as those that ended.
    lately
        That no lead was won lately, in words; "" where there is nothing to that.
    """

    timed: tuple[str, ...] = ()
    as_old: tuple[str, ...] = ()
    lately: str = ""

    @classmethod
    def of(
        cls,
        profile: ColumnProfile,
        outcome: OutcomeGuess,
        closed: ColumnProfile | None,
        created: Ints | None,
    ) -> Losses:
        """Look at the values that say nothing.

        Parameters
        ----------
        profile, outcome
            The column of outcomes, and what its values mean.
        closed
            The closing times, where there are some.
        created
            When leads were created, where that is known.
        """
        kinds = outcome.kinds
        if kinds.flag and closed is None and created is not None:
            return cls(lately=_lately(profile.texts.isin(kinds.won).to_numpy(), created))
        silent = [v for v in kinds.rest if v not in kinds.open and v not in kinds.weaker]
        if not kinds.lost or not silent:
            return cls()
        rows = {value: (profile.texts == value).to_numpy() for value in kinds.rest}
        lost = profile.texts.isin(kinds.lost).to_numpy()
        separate = closed is not None and bool(closed.filled[lost].mean() >= _MOST)
        timed = _timed(silent, rows, closed.filled) if closed and separate else []
        if created is None or (closed and separate and _untimed(rows, timed, closed.filled)):
            return cls(tuple(timed))
        old = [v for v in silent if v not in timed and _is_as_old(rows[v], created)]
        return cls(tuple(timed), tuple(old))


def _timed(silent: list[str], rows: dict[str, Bools], filled: Bools) -> list[str]:
    """Return values with closing times; none where leads of all other values have them, too."""
    timed = [v for v in silent if filled[rows[v]].mean() >= _MOST]
    return timed if _untimed(rows, timed, filled) else []


def _untimed(rows: dict[str, Bools], timed: list[str], filled: Bools) -> bool:
    """Whether hardly any lead of the other values has a closing time."""
    others = [rows[v] for v in rows if v not in timed]
    return bool(others) and bool(filled[np.logical_or.reduce(others)].mean() <= _FEW)


def _is_as_old(rows: Bools, created: Ints) -> bool:
    dated = created != NAT
    own = created[rows & dated]
    if len(own) < _ENOUGH:
        return False
    return bool((own <= np.median(created[dated])).mean() >= _AS_OLD)


def _lately(won: Bools, created: Ints) -> str:
    """Say how many of the newest leads came since the last win, where that is hardly by chance."""
    dated = np.flatnonzero(created != NAT)
    newest_first = won[dated[np.argsort(created[dated], kind="stable")]][::-1]
    since = int(np.argmax(newest_first)) if newest_first.any() else 0
    if not since or (1.0 - newest_first.mean()) ** since >= _BY_CHANCE:
        return ""
    return f"none of the newest {since:,} leads was won, of the others {won.sum():,}"
