"""Columns that say of each lead with yes or no whether it has ended, and whether it was won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from features.crm import outcome_words
from features.crm.outcome_words import Outcomes
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
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
        won, closed = (by_name.get(role.find(profiles) or "") for role in _ROLES)
        has_won = is_set(won) if won else None
        has_ended = is_set(closed) if closed else None
        if has_won is not None and has_ended is not None:
            lost = has_ended & ~has_won
            if (has_won & ~has_ended).any() or not lost.any():
                closed, has_ended = None, None
        return cls(won.name if won else None, closed, has_won, has_ended)

    def meaning(self, profile: ColumnProfile) -> Outcomes | None:
        """Return what the values of a column mean by how leads with each of them ended.

        None where no flag says so, and for flags themselves. A value of leads that ended
        differently means nothing; one that says that a lead was never worked goes on saying so.
        """
        has_won = self._wins(profile)
        if has_won is None or roles.says_yes_or_no(profile):
            return None
        ends = {"won": has_won} if self.has_won is not None else {}
        if self.has_ended is not None:
            ends |= {"lost": self.has_ended & ~has_won, "open": ~self.has_ended}
        shares = pd.DataFrame(ends).groupby(profile.texts.to_numpy()).mean()
        meant = {kind: {*shares.index[shares[kind] >= _NEARLY_ALL]} for kind in ends}
        values = [v for v in profile.values if outcome_words.kind_of(v) != "unworked"]
        won, lost, still_open = (
            [v for v in values if v in meant.get(kind, ())] for kind in ("won", "lost", "open")
        )
        return Outcomes(won, lost, [], still_open)

    def _wins(self, profile: ColumnProfile) -> Bools | None:
        """Return which leads were won: by the flag, else by the words, where they have ended."""
        if self.has_won is not None or self.has_ended is None:
            return self.has_won
        won = outcome_words.of_values(profile.values).won
        by_words: Bools = profile.texts.isin(won).to_numpy()
        return by_words if won and not (by_words & ~self.has_ended).any() else None


_ROLES = (roles.WON_FLAG, roles.CLOSED_FLAG)


def is_set(profile: ColumnProfile) -> Bools:
    """Return for which leads a flag says yes; shape (n,)."""
    said = {value: bool(flag(value)) for value in profile.values}
    return profile.texts.map(said).to_numpy(dtype=bool)
