"""What the columns of an export mean, guessed from their names and from what they hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from features.crm.data import table
from features.crm.names import canonical, spellings
from features.parsing.names import words
from features.profiling.column_profile import ColumnProfile
from features.schema.flags import flag

_FEW = 50
_TWO = 2


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
    def _listed(self) -> dict[str, Any]:
        listed: dict[str, Any] = table("columns")["roles"][self.key]
        return listed

    @property
    def names(self) -> tuple[str, ...]:
        """All names, best first."""
        return (
            *self.preferred, *self._listed["english"], *self._listed.get("other_languages", ())
        )  # fmt: skip

    def find(
        self, profiles: Sequence[ColumnProfile], taken: Collection[str | None] = ()
    ) -> str | None:
        """Return the name of the best column that is not taken, or None."""
        names = self.find_all(profiles, taken)
        return names[0] if names else None

    def find_all(
        self, profiles: Sequence[ColumnProfile], taken: Collection[str | None] = ()
    ) -> list[str]:
        """Return the names of all columns that fit and are not taken, best first.

        A name that is listed comes before one that only has a word of the role in it.
        """
        rank: dict[str, int] = {}
        for place, name in enumerate(self.names):
            rank.setdefault(canonical(name), place)
        places = {
            p.name: min((rank[s] for s in spellings(p.name) if s in rank), default=self._by_word(p))
            for p in profiles
            if p.name not in taken
        }
        named = [p for p in profiles if places.get(p.name) is not None]
        named.sort(key=lambda p: places[p.name] or 0)
        return [p.name for p in named if self.holds(p)]

    def _by_word(self, profile: ColumnProfile) -> int | None:
        """Return the place behind all listed names for a name with a word of the role."""
        parts = set(words(profile.name))
        speaks = not parts.isdisjoint(self._listed.get("words", ()))
        denied = not parts.isdisjoint(self._listed.get("without", ()))
        return len(self.names) if speaks and not denied else None


def _identifies(profile: ColumnProfile) -> bool:
    several = len(profile.values) > len(profile.texts) / 2
    return several and not profile.is_time and not profile.is_scientific


def _is_time(profile: ColumnProfile) -> bool:
    return profile.is_time


def _is_number(profile: ColumnProfile) -> bool:
    return profile.is_number


def _groups(profile: ColumnProfile) -> bool:
    return 1 < len(profile.values) <= _FEW


def says_yes_or_no(profile: ColumnProfile) -> bool:
    """Whether a column has two values, a yes and a no."""
    said = {flag(value) for value in profile.values} if len(profile.values) == _TWO else set()
    return said == {True, False}


def _is_flag(profile: ColumnProfile) -> bool:
    return says_yes_or_no(profile) and bool(profile.filled.all())


def _any(profile: ColumnProfile) -> bool:
    return True


LEAD_ID = Role("lead_id", _identifies)
ACCOUNT_ID = Role("account_id", lambda profile: len(profile.values) > 1)
CREATED_AT = Role("created_at", lambda profile: profile.is_time and profile.share_filled > 1 / 2)
ORDER = Role("order", lambda profile: profile.is_number and profile.unique)
CLOSED_AT = Role("closed_at", _is_time)
AMOUNT = Role("amount", _is_number)
OWN_SCORE = Role("own_score", _is_number)
OUTCOME = Role("outcome", _groups)
WON_FLAG = Role("won_flag", _is_flag)
CLOSED_FLAG = Role("closed_flag", _is_flag)
SEGMENTS = Role("segments", _groups)
DELETED = Role("deleted", lambda profile: len(profile.values) <= 2)
MERGED_INTO = Role("merged_into", _any)
MERGED_FROM = Role("merged_from", _any)

ACTIVITY_ID = Role("activity_id", _identifies)
ACTIVITY_TYPE = Role("activity_type", lambda profile: not profile.is_number and not profile.is_time)
OCCURRED_AT = Role("occurred_at", _is_time)
RECORDED_AT = Role("recorded_at", _is_time)
VALUE = Role("value", _is_number)
CHANNEL = Role("channel", _any)
CONTENT = Role("content", _any)

HANDED_OFF_AT = Role("handed_off_at", _is_time)
FIRST_WORKED_AT = Role("first_worked_at", _is_time)
PERSON = Role("person", _groups)
