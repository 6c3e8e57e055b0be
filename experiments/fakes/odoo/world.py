"""A simulated world as an Odoo database: what a firm's records would be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pandas as pd

from experiments.fakes.odoo.database import Database
from experiments.fakes.odoo.records import Model, Record
from experiments.simulation.world import World

NEW, QUALIFIED, WON = [1, "New"], [2, "Qualified"], [3, "Won"]
_TRACKED = {1: ("stage_id", "many2one", "crm.stage"), 2: ("user_id", "many2one", "res.users")}


def database_of(world: World, now: Callable[[], datetime]) -> Database:
    """Return the database of a firm that lived through a world.

    What the lead did is an activity that is done; a handoff is a change of the salesperson, the
    first work one of the stage; a lost lead is archived, and keeps its stage.
    """
    ids = {lead: n for n, lead in enumerate(world.leads["lead_id"], 1)}
    system = {"ir.config_parameter", "ir.model", "ir.model.fields", "mail.tracking.value"}
    records = {
        "crm.lead": list(_leads(world, ids)),
        "mail.message": [*_activities(world, ids), *_notes(world, ids)],
        "mail.tracking.value": list(_tracking(world)),
        "ir.model": [{"id": 1, "model": "crm.lead"}],
        "ir.model.fields": [
            {"id": n, "model": "crm.lead", "name": name, "ttype": kind, "relation": relation}
            for n, (name, kind, relation) in _TRACKED.items()
        ],
        "ir.config_parameter": [],
    }
    models = {name: Model(_fields(name, world), system=name in system) for name in records}
    for name, rows in records.items():
        models[name].fill(rows)
    return Database(models, now)


def _fields(name: str, world: World) -> dict[str, dict[str, Any]]:
    values = {f"{a}_value_{k}": k for a in ("old", "new") for k in ("integer", "float", "char")}
    values |= {f"{a}_value_{k}": k for a in ("old", "new") for k in ("text", "datetime")}
    kinds = {
        "crm.lead": {
            "active": "boolean", "stage_id": "crm.stage", "user_id": "res.users",
            "partner_id": "res.partner", "won_status": "selection", "date_closed": "datetime",
            "expected_revenue": "monetary", "probability": "float", "lost_reason_id": "lost.reason",
            **{str(n): _kind(world.leads[n]) for n in _attributes(world)},
        },
        "mail.message": {
            "model": "char", "res_id": "many2one_reference", "date": "datetime",
            "message_type": "selection", "subtype_id": "mail.message.subtype",
            "mail_activity_type_id": "mail.activity.type",
        },
        "mail.tracking.value": {
            "field_id": "ir.model.fields", "mail_message_id": "mail.message", **values,
        },
        "ir.model": {"model": "char"},
        "ir.model.fields": {"model": "char", "name": "char", "ttype": "char", "relation": "char"},
        "ir.config_parameter": {"key": "char", "value": "char"},
    }  # fmt: skip
    stamps = {"create_date": "datetime", "write_date": "datetime"}
    return {n: _field(kind) for n, kind in (kinds[name] | stamps).items()}


def _field(kind: str) -> dict[str, Any]:
    held = {"store": True, "readonly": False}
    return {"type": "many2one", "relation": kind, **held} if "." in kind else {"type": kind, **held}


def _attributes(world: World) -> list[str]:
    return list(world.leads.columns.drop(["lead_id", "created_at", "account_id"]))


def _kind(values: pd.Series) -> str:
    return "float" if pd.api.types.is_numeric_dtype(values) else "char"


def _instant(when: pd.Timestamp) -> datetime:
    """Return an instant as the database keeps it: UTC without saying so, to the microsecond."""
    return when.tz_convert("UTC").tz_localize(None).floor("us").to_pydatetime()


def _leads(world: World, ids: dict[str, int]) -> Iterator[Record]:
    ends = world.outcomes.set_index("lead_id").to_dict("index")
    handoffs = world.handoffs.set_index("lead_id").to_dict("index")
    accounts = {name: n for n, name in enumerate(world.leads["account_id"].unique(), 1)}
    for row in world.leads.to_dict("records"):
        lead, created = row["lead_id"], _instant(row["created_at"])
        end, handoff = ends.get(lead), handoffs.get(lead, {})
        won = end is not None and end["outcome"] == "won"
        lost = end is not None and not won
        worked = pd.notna(handoff.get("first_worked_at"))
        yield {
            **{n: None if pd.isna(row[n]) else row[n] for n in _attributes(world)},
            "id": ids[lead],
            "active": not lost,
            "stage_id": WON if won else QUALIFIED if worked else NEW,
            "user_id": _person(world, handoff["person"]) if handoff else None,
            "partner_id": [accounts[row["account_id"]], str(row["account_id"])],
            "won_status": "won" if won else "lost" if lost else "pending",
            "date_closed": _instant(end["closed_at"]) if end else None,
            "expected_revenue": end["amount"] if end and won else 0.0,
            "probability": 100.0 if won else 0.0 if lost else 10.0,
            "create_date": created,
            "write_date": _instant(end["recorded_at"]) if end else created,
        }


def _person(world: World, name: str) -> list[Any]:
    return [sorted(world.handoffs["person"].unique()).index(name) + 2, str(name)]


def _activities(world: World, ids: dict[str, int]) -> Iterator[Record]:
    kinds = {name: n for n, name in enumerate(world.activities["type"].unique(), 1)}
    for n, row in enumerate(world.activities.to_dict("records"), 1):
        recorded = _instant(row["recorded_at"])
        yield {
            "id": n,
            "model": "crm.lead",
            "res_id": ids[row["lead_id"]],
            "date": _instant(row["occurred_at"]),
            "message_type": "notification",
            "subtype_id": [kinds[row["type"]] + 2, str(row["channel"])],
            "mail_activity_type_id": [kinds[row["type"]], row["type"]],
            "create_date": recorded,
            "write_date": recorded,
        }


def _changes(world: World) -> list[tuple[pd.Timestamp, str, int, list[Any], list[Any]]]:
    """Return when which lead's field changed from what to what."""
    changes = []
    for row in world.handoffs.to_dict("records"):
        person = _person(world, row["person"])
        changes.append((row["handed_off_at"], row["lead_id"], 2, [0, ""], person))
        if pd.notna(row["first_worked_at"]):
            changes.append((row["first_worked_at"], row["lead_id"], 1, NEW, QUALIFIED))
    return changes


def _notes(world: World, ids: dict[str, int]) -> Iterator[Record]:
    """Return the messages that carry the changes of fields: no acts of anybody."""
    for n, (when, lead, *_) in enumerate(_changes(world), len(world.activities) + 1):
        stamp = _instant(when)
        yield {
            "id": n,
            "model": "crm.lead",
            "res_id": ids[lead],
            "date": stamp,
            "message_type": "notification",
            "create_date": stamp,
            "write_date": stamp,
        }


def _tracking(world: World) -> Iterator[Record]:
    for n, (when, _, field, old, new) in enumerate(_changes(world), 1):
        stamp = _instant(when)
        yield {
            "id": n,
            "field_id": [field, _TRACKED[field][0]],
            "mail_message_id": [len(world.activities) + n, "message"],
            "old_value_integer": old[0],
            "old_value_char": old[1],
            "new_value_integer": new[0],
            "new_value_char": new[1],
            "create_date": stamp,
            "write_date": stamp,
        }
