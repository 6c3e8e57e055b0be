"""Columns that say of each lead with yes or no whether it has ended, and whether it was won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from features.crm.outcome_words import Outcomes
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.profiling.roles import Role
from features.schema.flags import flag
from leadgate.arrays import Bools

# So many leads with a value are won, lost or open where the value means that.
_NEARLY_ALL = 0.99


@dataclass(frozen=True)
class EndFlags:
    """The flags of an export; each is None where there is none that fits the other.

    Attributes
    ----------
    won
        The name of the column that says which leads were won.
    closed
        The column that says which leads have ended.
    has_won, has_ended
        What they say; shape (n,).
    """

    won: str | None = None
    closed: ColumnProfile | None = None
    has_won: Bools | None = None
    has_ended: Bools | None = None

    @classmethod
    def of(cls, profiles: Sequence[ColumnProfile]) -> EndFlags:
        """Find the flags; only what has ended can be won, and some of it must be lost."""
        by_name = {p.name: p for p in profiles}
        won, closed = (by_name.get(_name(role, profiles)) for role in _ROLES)
        if won is None:
            return cls()
        has_won = is_set(won)
        if closed is None:
            return cls(won.name, None, has_won)
        has_ended = is_set(closed)
        lost = has_ended & ~has_won
        if (has_won & ~has_ended).any() or not lost.any():
            return cls(won.name, None, has_won)
        return cls(won.name, closed, has_won, has_ended)

    def meaning(self, profile: ColumnProfile) -> Outcomes | None:
        """Return what the values of a column mean by how leads with each of them ended.

        None without a flag for wins, and for a flag. A value of leads that ended differently means
        nothing.
        """
        if self.has_won is None or roles.says_yes_or_no(profile):
            return None
        kinds: dict[str, list[str]] = {"won": [], "lost": [], "open": []}
        ends = {"won": self.has_won}
        if self.has_ended is not None:
            ends |= {"lost": self.has_ended & ~self.has_won, "open": ~self.has_ended}
        shares = pd.DataFrame(ends).groupby(profile.texts.to_numpy()).mean()
        for kind in ends:
            meant = shares.index[shares[kind] >= _NEARLY_ALL]
            kinds[kind] = [value for value in profile.values if value in meant]
        return Outcomes(kinds["won"], kinds["lost"], [], kinds["open"])


_ROLES = (roles.WON_FLAG, roles.CLOSED_FLAG)


def _name(role: Role, profiles: Sequence[ColumnProfile]) -> str:
    return role.find(profiles) or ""


def is_set(profile: ColumnProfile) -> Bools:
    """Return for which leads a flag says yes; shape (n,)."""
    said = {value: bool(flag(value)) for value in profile.values}
    return profile.texts.map(said).to_numpy(dtype=bool)
