"""A simulated world as a Salesforce org: what a firm's records would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from zlib import crc32

import pandas as pd

from experiments.fakes.salesforce.org import Org
from experiments.fakes.salesforce.records import Object, Record, text_of
from experiments.simulation.world import World

OPEN, WORKING, LOST, CONVERTED = (
    "Open - Not Contacted",
    "Working - Contacted",
    "Closed - Not Converted",
    "Closed - Converted",
)
_QUEUE = "00G000000000001AAA"
_LEAD = {
    "Id": "id", "IsDeleted": "boolean", "MasterRecordId": "reference", "CreatedDate": "datetime",
    "SystemModstamp": "datetime", "LastModifiedDate": "datetime", "Status": "picklist",
    "OwnerId": "reference", "ConvertedOpportunityId": "reference", "Company": "string",
    "IsConverted": "boolean", "ConvertedContactId": "reference", "ConvertedDate": "date",
}  # fmt: skip
_OPPORTUNITY = {
    "Id": "id", "IsDeleted": "boolean", "IsClosed": "boolean", "IsWon": "boolean",
    "CloseDate": "date", "LastStageChangeDate": "datetime", "Amount": "currency",
    "CreatedDate": "datetime", "SystemModstamp": "datetime",
}  # fmt: skip
_TASK = {
    "Id": "id", "IsDeleted": "boolean", "WhoId": "reference", "TaskSubtype": "picklist",
    "Type": "picklist", "IsClosed": "boolean", "ActivityDate": "date",
    "CompletedDateTime": "datetime", "CreatedDate": "datetime", "SystemModstamp": "datetime",
}  # fmt: skip
_EVENT = {
    "Id": "id", "IsDeleted": "boolean", "WhoId": "reference", "Type": "picklist",
    "ActivityDateTime": "datetime", "ActivityDate": "date", "CreatedDate": "datetime",
    "SystemModstamp": "datetime",
}  # fmt: skip
_MEMBER = {
    "Id": "id", "IsDeleted": "boolean", "LeadId": "reference", "ContactId": "reference",
    "CampaignId": "reference",
    "Status": "picklist", "FirstRespondedDate": "date", "CreatedDate": "datetime",
    "SystemModstamp": "datetime",
}  # fmt: skip
_HISTORY = {
    "Id": "id", "LeadId": "reference", "Field": "picklist", "OldValue": "anyType",
    "NewValue": "anyType", "CreatedDate": "datetime",
}  # fmt: skip


def org_of(world: World, now: Callable[[], datetime]) -> Org:
    """Return the org of a firm that lived through a world.

    What the lead did is a completed task, the type of it the subtype; a handoff is a change of the
    owner from a queue to a person, the first work one of the status. A won lead was converted, and
    what it did moved to its contact.
    """
    ids = {lead: f"00Q{n:012d}AAA" for n, lead in enumerate(world.leads["lead_id"])}
    objects = {
        "Lead": Object(_LEAD | _attributes(world.leads)),
        "Opportunity": Object(_OPPORTUNITY),
        "Task": Object(_TASK),
        "Event": Object(_EVENT),
        "CampaignMember": Object(_MEMBER),
        "LeadHistory": Object(_HISTORY, stamp="CreatedDate"),
    }
    objects["Lead"].fill(list(_leads(world, ids)))
    objects["Opportunity"].fill(list(_opportunities(world, ids)))
    objects["Task"].fill(list(_tasks(world, ids)))
    objects["LeadHistory"].fill(list(_history(world, ids)))
    return Org(objects, now)


def _attributes(leads: pd.DataFrame) -> dict[str, str]:
    kinds = {}
    for name in leads.columns.drop(["lead_id", "created_at", "account_id"]):
        number = pd.api.types.is_numeric_dtype(leads[name])
        kinds[name] = "double" if number else "email" if name == "Email" else "string"
    return kinds


def _leads(world: World, ids: dict[str, str]) -> Iterator[Record]:
    ends = world.outcomes.set_index("lead_id")["outcome"]
    closed = world.outcomes.set_index("lead_id")["closed_at"]
    worked = set(world.handoffs.loc[world.handoffs["first_worked_at"].notna(), "lead_id"])
    for row in world.leads.to_dict("records"):
        lead = row.pop("lead_id")
        created, account = text_of(row.pop("created_at")), row.pop("account_id")
        end = ends.get(lead)
        status = {"won": CONVERTED, "lost": LOST}.get(str(end), WORKING if lead in worked else OPEN)
        yield {
            **{str(name): None if pd.isna(value) else value for name, value in row.items()},
            "Id": ids[lead],
            "IsDeleted": False,
            "CreatedDate": created,
            "SystemModstamp": created,
            "LastModifiedDate": created,
            "Status": status,
            "Company": account,
            "IsConverted": end == "won",
            "ConvertedOpportunityId": _deal(ids[lead]) if end == "won" else None,
            "ConvertedContactId": _contact(ids[lead]) if end == "won" else None,
            "ConvertedDate": closed[lead].strftime("%Y-%m-%d") if end == "won" else None,
        }


def _deal(lead: str) -> str:
    return "006" + lead[3:]


def _contact(lead: str) -> str:
    return "003" + lead[3:]


def _opportunities(world: World, ids: dict[str, str]) -> Iterator[Record]:
    won = world.outcomes[world.outcomes["outcome"] == "won"]
    for row in won.to_dict("records"):
        stamp = text_of(row["recorded_at"])
        yield {
            "Id": _deal(ids[row["lead_id"]]),
            "IsDeleted": False,
            "IsClosed": True,
            "IsWon": True,
            "CloseDate": row["closed_at"].strftime("%Y-%m-%d"),
            "LastStageChangeDate": stamp,
            "Amount": row["amount"],
            "CreatedDate": stamp,
            "SystemModstamp": stamp,
        }


def _tasks(world: World, ids: dict[str, str]) -> Iterator[Record]:
    won = set(world.outcomes.loc[world.outcomes["outcome"] == "won", "lead_id"])
    for n, row in enumerate(world.activities.to_dict("records")):
        lead = ids[row["lead_id"]]
        recorded = text_of(row["recorded_at"])
        yield {
            "Id": f"00T{n:012d}AAA",
            "IsDeleted": False,
            "WhoId": _contact(lead) if row["lead_id"] in won else lead,
            "TaskSubtype": row["type"],
            "Type": row["channel"],
            "IsClosed": True,
            "CompletedDateTime": text_of(row["occurred_at"]),
            "CreatedDate": recorded,
            "SystemModstamp": recorded,
        }


def _history(world: World, ids: dict[str, str]) -> Iterator[Record]:
    changes = []
    for row in world.handoffs.to_dict("records"):
        person = f"005{_number(row['person']):012d}AAA"
        changes.append((row["handed_off_at"], row["lead_id"], "Owner", _QUEUE, person))
        if pd.notna(row["first_worked_at"]):
            changes.append((row["first_worked_at"], row["lead_id"], "Status", OPEN, WORKING))
    lost = world.outcomes[world.outcomes["outcome"] == "lost"]
    changes += [
        (row["closed_at"], row["lead_id"], "Status", WORKING, LOST)
        for row in lost.to_dict("records")
    ]
    for n, (when, lead, name, old, new) in enumerate(changes):
        yield {
            "Id": f"017{n:012d}AAA",
            "LeadId": ids[lead],
            "Field": name,
            "OldValue": old,
            "NewValue": new,
            "CreatedDate": text_of(when),
        }


def _number(person: object) -> int:
    """Return a number for a person's name, the same in every process."""
    return crc32(str(person).encode())
