"""Everything known about the leads as sorted arrays, and the history as it stood earlier."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np

from features.history.activities import Activities
from features.history.field_changes import Changes
from features.parsing.categorical import Categorical
from features.parsing.times import NAT
from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.errors import DataError

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class History:
    """Leads with their attributes, activities, field changes, outcomes and handoffs.

    All arrays have one entry for each lead, in the order of `lead_ids`. Instants are int64
    microseconds since the epoch, UTC, and `NAT` where there is none.

    Attributes
    ----------
    lead_ids
        Text, ascending.
    accounts
        Codes; a lead without an account has a code of its own. A `cut` keeps the codes.
    account_hash
        A number of the account's id, or of the lead's where it has none: the same in every export.
    created, order
        When the lead was created, and the axis of time: `created`, or the rank of the row where
        the export has no dates.
    dated, has_clock
        Whether there are dates at all, and whether they have a time of day.
    columns
        The attributes at creation, in canonical text.
    activities, changes
        Activities of all leads, and the changes of each field that has any.
    won, lost, closed, recorded, amount
        The outcome; `recorded` is when it became known. An open lead is neither won nor lost.
    unworked
        Whether the export says that sales never worked the lead.
    handed_off, first_worked, has_handoffs
        The first handoff, when sales first worked the lead, and whether handoffs are known.
    until
        The end of the data.
    observed_until
        Until when each lead was observed, where some were for longer; None: all until `until`.
    person
        Who got the first handoff of each lead, "" where that is not known; None: nobody is named.
    account_ids
        The text of each account's id, "" for none; None: no account is named.
    whole_accounts
        Whether every lead of an account that is here is here, with its activities and outcome.
    stands_for
        How many leads each lead stands for that a gate handed off, 1 for others; None: always 1.
    held_back
        How likely each lead was to be held back, where a gate did so; NaN where none did.
    """

    lead_ids: Texts
    accounts: Ints
    account_hash: Ints
    created: Ints
    order: Ints
    dated: bool
    has_clock: bool
    columns: dict[str, Texts]
    activities: Activities
    changes: dict[str, Changes]
    won: Bools
    lost: Bools
    closed: Ints
    recorded: Ints
    amount: Floats
    unworked: Bools
    handed_off: Ints
    first_worked: Ints
    has_handoffs: bool
    until: int
    whole_accounts: bool = True
    stands_for: Floats | None = None
    held_back: Floats | None = None
    observed_until: Ints | None = None
    person: Texts | None = None
    account_ids: Texts | None = None

    def __len__(self) -> int:
        return len(self.lead_ids)

    @cached_property
    def flat(self) -> bool:
        """Whether nothing is known of the leads but their attributes at creation."""
        return len(self.activities) == 0 and not self.changes

    @cached_property
    def ends(self) -> Ints:
        """When the observation of each lead ends."""
        if self.observed_until is None:
            return np.full(len(self), self.until)
        return self.observed_until

    @cached_property
    def closes(self) -> Ints:
        """When each lead counts as closed: at its end where that is unknown, `NAT` while open."""
        closed = np.where(self.closed == NAT, self.ends, self.closed)
        return np.where(self.won | self.lost, closed, NAT)

    @cached_property
    def _kept(self) -> dict[Hashable, Any]:
        return {}

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what was made of this history under a key, making it the first time."""
        if key not in self._kept:
            self._kept[key] = make()
        made: T = self._kept[key]
        return made

    def attribute(self, name: str) -> Categorical:
        """Return an attribute at creation; a cut need not work its codes out again."""
        return self.derived(("attribute", name), lambda: Categorical.of(self.columns[name]))

    def counted(self, types: frozenset[str]) -> Activities:
        """Return the activities of some types."""
        return self.derived(types, lambda: self.activities.of_types(types))

    @cached_property
    def known_at(self) -> Ints:
        """When each outcome became known: `recorded`, else `closes`; `NAT` while open."""
        return np.where(self.recorded == NAT, self.closes, self.recorded)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {lead_id: index for index, lead_id in enumerate(self.lead_ids.tolist())}

    def index_of(self, lead_ids: Iterable[str]) -> Ints:
        """Return the position of each lead.

        Raises
        ------
        DataError
            ``unknown_lead``: some are not in this history.
        """
        position = np.array([self._index.get(lead_id, -1) for lead_id in lead_ids], dtype=np.int64)
        unknown = int((position < 0).sum())
        if unknown:
            message = f"{unknown} of {len(position)} lead ids are not in the history."
            raise DataError(message, code="unknown_lead")
        return position

    def cut(self, at: int) -> Self:
        """Return the history as it stood just before an instant.

        Leads created, and activities, changes, outcomes and handoffs recorded at or after `at` do
        not exist; leads that closed later are open. Where no outcome has a time, the outcomes
        cannot be cut and stay. Without dates only the leads with ``order >= at`` go.

        Parameters
        ----------
        at
            Microseconds; without dates a value of `order`.
        """
        leads = np.flatnonzero(self.order < at)
        end = at if self.dated else np.iinfo(np.int64).max
        rows = {name: getattr(self, name)[leads] for name in _PER_LEAD}
        gone = self._known_from(end)[leads]
        for name in ("won", "lost", "closed", "recorded", "amount"):
            rows[name] = np.where(gone, _NOTHING_YET[name], rows[name])
        for name in ("handed_off", "first_worked"):
            rows[name] = np.where(rows[name] >= end, NAT, rows[name])
        for name in ("stands_for", "held_back"):
            if (values := getattr(self, name)) is not None:
                rows[name] = values[leads]
        if self.account_ids is not None:
            rows["account_ids"] = self.account_ids[leads]
        if self.person is not None:
            rows["person"] = np.where(rows["handed_off"] == NAT, "", self.person[leads])
        if self.observed_until is not None:
            rows["observed_until"] = np.minimum(self.observed_until[leads], end)
        changes = {name: c.take(leads, end) for name, c in self.changes.items()}
        result = replace(
            self,
            **rows,
            columns={name: text[leads] for name, text in self.columns.items()},
            activities=self.activities.take(leads, end),
            changes={name: c for name, c in changes.items() if len(c) or not self.dated},
            until=min(self.until, end),
        )
        coded = {key: v.take(leads) for key, v in self._kept.items() if isinstance(v, Categorical)}
        result._kept.update(coded)
        return result

    def _known_from(self, at: int) -> Bools:
        """Mark the leads whose outcome became known at or after an instant."""
        closed = self.won | self.lost
        if not (closed & (self.recorded != NAT)).any():
            return np.zeros(len(self), dtype=bool)
        return closed & (self.known_at >= at)


# What each lead has by itself, before anything is known of what became of it.
_NOTHING_YET: dict[str, bool | int | float] = {
    "won": False, "lost": False, "closed": NAT, "recorded": NAT, "amount": np.nan,
    "unworked": False, "handed_off": NAT, "first_worked": NAT,
}  # fmt: skip
_PER_LEAD = ("lead_ids", "accounts", "account_hash", "created", "order", *_NOTHING_YET)


def nothing_yet(n_leads: int) -> dict[str, Any]:
    """Return the outcomes and handoffs of leads of which nothing became yet."""
    return {name: np.full(n_leads, value) for name, value in _NOTHING_YET.items()}
