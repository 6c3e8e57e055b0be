"""The tables under canonical names: each column declared once, for files, frames and requests.

`features.schema.columns` reads frames by it, `features.history.records` the values of a request,
and `features.history.build` makes the lead history of what they read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np

from features.parsing.times import NAT

CLOSED = ("won", "lost")
OPEN = "open"


class Kind(Enum):
    """What the values of a column are; the value is what people read."""

    ID = "id"
    TIME = "time"
    NUMBER = "number"
    TEXT = "text"
    FLAG = "yes or no"
    WORD = "word"


class Place(Enum):
    """The columns of a frame that say where its rows stand: no text, so no export has them."""

    TABLE = "table"
    ROW = "row"


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    name, kind, meaning
        What it is called, what its values are, and what they say.
    needed
        The table must have it.
    filled
        Each row must have a value; only of a needed column.
    default
        What counts where a value is missing: another column, or "yes" or "no"; "" for nothing.
    words
        The values of a word; `""` for a missing one is always allowed.
    """

    name: str
    kind: Kind
    meaning: str
    needed: bool = False
    filled: bool = False
    default: str = ""
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """A table under canonical names.

    Attributes
    ----------
    name
        As parameters, configurations and messages call it.
    columns
        In their order; a table of leads has attributes besides.
    """

    name: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all columns."""
        return tuple(column.name for column in self.columns)

    @property
    def needed(self) -> tuple[str, ...]:
        """The names of the columns that the table must have."""
        return tuple(column.name for column in self.columns if column.needed)

    def __getitem__(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


def _needed(name: str, kind: Kind, meaning: str) -> Column:
    return Column(name, kind, meaning, needed=True, filled=True)


_LEAD = _needed("lead_id", Kind.ID, "the lead")

LEADS = Table(
    "leads",
    (
        _LEAD,
        Column("account_id", Kind.ID, "the company; a lead without one is alone"),
        Column("created_at", Kind.TIME, "when the lead was created"),
        Column("order", Kind.NUMBER, "its place in time, where there are no dates"),
    ),
)
ACTIVITIES = Table(
    "activities",
    (
        _LEAD,
        _needed("occurred_at", Kind.TIME, "when it happened"),
        Column("recorded_at", Kind.TIME, "when it became known", default="occurred_at"),
        _needed("type", Kind.TEXT, "what happened"),
        Column("value", Kind.NUMBER, "an amount of it, such as pages viewed"),
        Column("channel", Kind.TEXT, "where it happened"),
        Column("content", Kind.TEXT, "what it was about"),
        Column("activity_id", Kind.ID, "its own id: the same one again is a duplicate"),
    ),
)
FIELD_CHANGES = Table(
    "field_changes",
    (
        _LEAD,
        _needed("field", Kind.TEXT, "the column of the leads that changed"),
        Column("value", Kind.TEXT, "its value from then on; empty where cleared", needed=True),
        Column("old_value", Kind.TEXT, "its value before"),
        _needed("changed_at", Kind.TIME, "when it changed"),
    ),
)
OUTCOMES = Table(
    "outcomes",
    (
        _LEAD,
        Column("outcome", Kind.WORD, "what became of the lead", needed=True, words=(*CLOSED, OPEN)),
        Column("closed_at", Kind.TIME, "when it closed; left out: at the end of the data"),
        Column("recorded_at", Kind.TIME, "when that became known", default="closed_at"),
        Column("amount", Kind.NUMBER, "what was won"),
        Column("worked", Kind.FLAG, "whether sales really contacted the lead", default="yes"),
    ),
)
HANDOFFS = Table(
    "handoffs",
    (
        _LEAD,
        _needed("handed_off_at", Kind.TIME, "when the lead was given to sales"),
        Column("first_worked_at", Kind.TIME, "when sales first worked it"),
        Column("person", Kind.TEXT, "who got it"),
    ),
)
TABLES = (LEADS, ACTIVITIES, FIELD_CHANGES, OUTCOMES, HANDOFFS)


def complete(table: Table, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was read of a table with the times that others stand for."""
    stand_ins = {c.name: c.default for c in table.columns if c.kind is Kind.TIME and c.default}
    times = {
        name: np.where(values[name] == NAT, values[other], values[name])
        for name, other in stand_ins.items()
    }
    return {**values, **times}
