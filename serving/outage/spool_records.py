"""What waits in the spool while the store is away: decisions, activities and outcomes, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from features.history.from_records import Activity
from features.parsing.times import now
from serving.idempotency import CallKey
from serving.outage.lines import Record
from serving.scoring.earlier_calls import Additions, Outcome, identity
from serving.store import Transaction


def decision_record(row: Mapping[str, Any], additions: Mapping[str, Any]) -> Record:
    """Return the record of a decision, and of what came with it (`asdict` of `Additions`)."""
    return {"lead_id": row["lead_id"], "decision": row, "additions": additions}


def activity_records(given: Sequence[tuple[str, Activity]]) -> list[Record]:
    """Return the records of activities of leads."""
    received_at = now()
    return [
        {
            "lead_id": lead_id,
            "additions": asdict(Additions.of_activity(lead_id, activity)),
            "received_at": received_at,
        }
        for lead_id, activity in given
    ]


def outcome_records(given: Sequence[Outcome]) -> list[Record]:
    """Return the records of outcomes; each is recorded now, at an instant of its own."""
    recorded_at = now()
    return [
        {"lead_id": outcome.lead_id, "outcome": outcome._asdict(), "told_at": recorded_at + place}
        for place, outcome in enumerate(given)
    ]


def call_record(key: CallKey, results: str) -> Record:
    """Return the record of a call about many leads, of which each has its own."""
    call = {"key": [key.digest, key.fingerprint], "results": results}
    return {"lead_id": "", "call": call, "received_at": now()}


def received_at(record: Record) -> int:
    """Return when a record was received; one of 0.1.0 that does not say so: before anything."""
    decision = record.get("decision")
    at = decision.get("decided_at") if isinstance(decision, dict) else None
    at = at or record.get("told_at") or record.get("received_at")
    return at if isinstance(at, int) else 0


def is_erased(transaction: Transaction, record: Record) -> bool:
    """Return whether the lead of a record was erased since it was received."""
    return bool(transaction.erased_among([str(record.get("lead_id"))], received_at(record)))


def write(transaction: Transaction, record: Record) -> None:
    """Write a record to the store; what is there already stays as it is.

    Nothing of a lead that was erased since it was received is written.
    """
    if "call" in record:
        call = record["call"]
        transaction.keep_results(CallKey(*call["key"]), record["received_at"], call["results"])
        return
    if is_erased(transaction, record):
        return
    if "outcome" in record:
        transaction.add_late_outcome(Outcome(**record["outcome"]), record["told_at"])
        return
    additions = additions_from_json(record["additions"])
    if "decision" in record:
        transaction.keep_late(record["decision"], additions)
    else:
        transaction.add(additions)


def additions_from_json(values: dict[str, Any]) -> Additions:
    """Return the additions whose `asdict` became these JSON values."""
    lead_id, given = values["lead_id"], [Activity(*row) for row in values["activities"].values()]
    activities = {identity(lead_id, activity): activity for activity in given}
    return Additions(**{**values, "activities": activities})
