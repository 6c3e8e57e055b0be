"""What the columns of an export mean, guessed from their names and from what they hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from features.crm.data import table
from features.parsing.names import normalised
from features.profiling.column_profile import ColumnProfile

_FEW = 50


@dataclass(frozen=True)
class Role:
    """A meaning: what its columns must hold, and the names that they bear, best first.

    Attributes
    ----------
    key
        Of its names in ``features/crm/columns.toml``.
    holds
        Whether a column holds what it must.
    preferred
        Names that come before those.
    """

    key: str
    holds: Callable[[ColumnProfile], bool]
    preferred: Collection[str] = ()

    def preferring(self, names: Collection[str]) -> Role:
        """Return the same role with further names, which come first."""
        return replace(self, preferred=names)

    @property
    def names(self) -> tuple[str, ...]:
        """All names, best first."""
        names = table("columns")["roles"][self.key]
        return (*self.preferred, *names["english"], *names.get("other_languages", ()))

    def find(
        self, profiles: Sequence[ColumnProfile], taken: Collection[str | None] = ()
    ) -> str | None:
        """Return the name of the best column that is not taken, or None."""
        names = self.find_all(profiles, taken)
        return names[0] if names else None

    def find_all(
        self, profiles: Sequence[ColumnProfile], taken: Collection[str | None] = ()
    ) -> list[str]:
        """Return the names of all columns that fit and are not taken, best first."""
        rank: dict[str, int] = {}
        for place, name in enumerate(self.names):
            rank.setdefault(normalised(name), place)
        named = [p for p in profiles if normalised(p.name) in rank and p.name not in taken]
        named.sort(key=lambda p: rank[normalised(p.name)])
        return [p.name for p in named if self.holds(p)]


def _identifies(profile: ColumnProfile) -> bool:
    return len(profile.values) > len(profile.texts) / 2 and not profile.is_time


def _is_time(profile: ColumnProfile) -> bool:
    return profile.is_time


def _is_number(profile: ColumnProfile) -> bool:
    return profile.is_number


def _groups(profile: ColumnProfile) -> bool:
    return 1 < len(profile.values) <= _FEW


LEAD_ID = Role("lead_id", _identifies)
ACCOUNT_ID = Role("account_id", lambda profile: len(profile.values) > 1)
CREATED_AT = Role("created_at", _is_time)
ORDER = Role("order", lambda profile: profile.is_number and profile.unique)
CLOSED_AT = Role("closed_at", _is_time)
AMOUNT = Role("amount", _is_number)
OWN_SCORE = Role("own_score", _is_number)
OUTCOME = Role("outcome", _groups)
SEGMENTS = Role("segments", _groups)

ACTIVITY_ID = Role("activity_id", _identifies)
ACTIVITY_TYPE = Role("activity_type", lambda profile: not profile.is_number and not profile.is_time)
OCCURRED_AT = Role("occurred_at", _is_time)
RECORDED_AT = Role("recorded_at", _is_time)
VALUE = Role("value", _is_number)
CHANNEL = Role("channel", lambda profile: True)
CONTENT = Role("content", lambda profile: True)
