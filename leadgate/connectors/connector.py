"""What every connector can do; the command line knows no CRM but by this."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

# A value as a CRM takes it for a field.
Value = str | float | bool | None
# Whether a column of texts of this name is read at all.
Wanted = Callable[[str], bool]


@dataclass(frozen=True, eq=False)
class Page:
    """A few rows of one object, as the CRM holds them.

    Attributes
    ----------
    rows
        Under the CRM's own names, the id of the object among them.
    place
        Where to go on after these rows, today or with the next pull.
    """

    rows: pa.Table
    place: str


@dataclass(frozen=True)
class Fault:
    """What `check` has to say about one thing: `ok`, or what is wrong and what to do."""

    subject: str
    ok: bool
    words: str


@dataclass(frozen=True)
class Field:
    """A field of the lead that is written.

    Attributes
    ----------
    name
        The CRM's name of it.
    label
        As people read it.
    kind
        ``number`` (0 to 1), ``text`` (up to 255 characters), ``long_text`` or ``time``.
    """

    name: str
    label: str
    kind: str


@dataclass(frozen=True)
class Written:
    """What became of one lead's new values: "" or the CRM's reason why it kept the old ones."""

    lead_id: str
    fault: str = ""


class Connector(Protocol):
    """One CRM, logged in.

    Attributes
    ----------
    name
        Of the CRM, in lower case.
    org
        Which of the firm's it is, as people call it.
    production
        Whether people work in it.
    objects
        The objects that are read; the id column of each.
    leads_a_call
        How many leads one call writes.
    calls
        How many requests were sent so far.
    """

    name: str
    org: str
    production: bool
    objects: Mapping[str, str]
    leads_a_call: int

    @property
    def calls(self) -> int:
        """How many requests were sent so far."""
        ...

    def read(self, name: str, place: str, wanted: Wanted) -> Iterator[Page]:
        """Read an object from a place on, "" for all of it, oldest change first.

        Raises
        ------
        CrmError
            If the CRM refuses, or cannot be reached.
        """
        ...

    def again(self, place: str) -> str:
        """Return where the next pull begins after one that ended at a place.

        A little before it: a change can be committed later than its stamp says.
        """
        ...

    def present(self, name: str) -> set[str] | None:
        """Return the ids of all rows of an object; None where `read` tells of deletions itself."""
        ...

    def fields(self) -> Mapping[str, Field]:
        """Return the fields that are written, by what they hold: ``readiness`` and so on."""
        ...

    def current(
        self, lead_ids: Sequence[str], fields: Sequence[Field]
    ) -> dict[str, dict[str, Value]]:
        """Return what the fields hold now, by lead; a lead that is not there is left out."""
        ...

    def write(self, values: Mapping[str, Mapping[str, Value]]) -> list[Written]:
        """Set fields of up to `leads_a_call` leads; one lead's fault stops no other."""
        ...

    def missing(self, fields: Sequence[Field]) -> list[str]:
        """Return the names of the fields that are not there, or that the user may not see."""
        ...

    def create_fields(self, fields: Sequence[Field]) -> list[str]:
        """Create what is not there yet; return the names of those that were made."""
        ...

    def check(self, fields: Sequence[Field]) -> list[Fault]:
        """Look at the log-in, rights, fields, quota and clock."""
        ...
