"""What the objects of a CRM become: a file of this folder, read."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class LeadObject:
    """The object of leads.

    Attributes
    ----------
    columns
        By canonical name.
    deleted, contact, converted_at
        The columns of deleted leads, of the contact that a lead became, and of the day of that; ""
        where a lead stays one.
    """

    object: str
    columns: Mapping[str, str]
    deleted: str
    contact: str = ""
    converted_at: str = ""


@dataclass(frozen=True)
class DealObject:
    """The object of deals; `of_lead` is the column of the lead that names its deal."""

    object: str
    id: str
    of_lead: str
    deleted: str
    closed: str
    won: str
    closed_at: str
    amount: str
    recorded_at: str


@dataclass(frozen=True)
class StatusColumn:
    """The column of a lead whose words say what became of it, and the object of its changes."""

    column: str
    history: str


@dataclass(frozen=True)
class EndedLead:
    """Where the lead is the deal: the column of how it ended, its words, when and for what."""

    column: str
    won: str
    lost: str
    closed_at: str
    amount: str


@dataclass(frozen=True)
class ActivityObject:
    """An object of activities.

    Attributes
    ----------
    columns
        By canonical name.
    occurred_at
        Columns; the first that is filled counts, a row with none is left out.
    type, named
        Columns of the type, of which the first that is filled counts, or the type of all.
    deleted
        The column of deleted ones; "" where those are not there any more.
    only
        A column that is true where the activity has happened; "" where all have.
    contact
        The column that names a contact, after a lead was converted to it.
    """

    object: str
    columns: Mapping[str, str]
    occurred_at: Sequence[str]
    deleted: str = ""
    type: Sequence[str] = ()
    named: str = ""
    only: str = ""
    contact: str = ""


@dataclass(frozen=True)
class HistoryObject:
    """The object of field changes: its columns by canonical name."""

    object: str
    columns: Mapping[str, str]


@dataclass(frozen=True)
class HandoffHistory:
    """How changes of a lead show its handoff: the fields of owner and status.

    Attributes
    ----------
    users
        How ids of people begin, other than those of queues.
    ids
        Of owners, as a pattern: what else an owner's change holds is a name, and is not kept.
    """

    object: str
    owner: str
    users: str
    ids: str
    status: str


@dataclass(frozen=True)
class Description:
    """What the objects of one CRM become; outcomes come of `ended`, or of deals and status."""

    leads: LeadObject
    deals: DealObject | None
    status: StatusColumn | None
    ended: EndedLead | None
    activities: Sequence[ActivityObject]
    field_changes: HistoryObject
    handoffs: HandoffHistory


@cache
def description(crm: str) -> Description:
    """Return the description of a CRM that there is a connector for."""
    path = Path(__file__).with_name(f"{crm}.toml")
    values = tomllib.loads(path.read_text(encoding="utf-8"))
    return Description(
        leads=LeadObject(**values["leads"]),
        deals=DealObject(**values["deals"]) if "deals" in values else None,
        status=StatusColumn(**values["status"]) if "status" in values else None,
        ended=EndedLead(**values["ended"]) if "ended" in values else None,
        activities=tuple(ActivityObject(**each) for each in values["activities"]),
        field_changes=HistoryObject(**values["field_changes"]),
        handoffs=HandoffHistory(**values["handoffs"]),
    )
