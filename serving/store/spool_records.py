"""What waits in the spool while the store is away: decisions, activities and outcomes, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from features.history.from_records import Activity
from features.parsing.times import now
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Transaction
from serving.store.lines import Record


def decision_record(row: Mapping[str, Any], additions: Mapping[str, Any]) -> Record:
    """Return the record of a decision, and of what came with it (`asdict` of `Additions`)."""
    return {"lead_id": row["lead_id"], "decision": row, "additions": additions}


def activity_records(given: Sequence[tuple[str, Activity]]) -> list[Record]:
    """Return the records of activities of leads."""
    return [
        {"lead_id": lead_id, "additions": asdict(Additions.of_activity(lead_id, activity))}
        for lead_id, activity in given
    ]


def outcome_records(given: Sequence[Outcome]) -> list[Record]:
    """Return the records of outcomes; each is recorded now, at an instant of its own."""
    recorded_at = now()
    return [
        {"lead_id": outcome.lead_id, "outcome": outcome._asdict(), "told_at": recorded_at + place}
        for place, outcome in enumerate(given)
    ]


def write(transaction: Transaction, record: Record) -> None:
    """Write a record to the store; what is there already stays as it is."""
    if "outcome" in record:
        transaction.add_outcome(Outcome(**record["outcome"]), record["told_at"])
        return
    additions = additions_from_json(record["additions"])
    if "decision" in record:
        transaction.keep_late(record["decision"], additions)
    else:
        transaction.add(additions)


def additions_from_json(values: dict[str, Any]) -> Additions:
    """Return the additions whose `asdict` became these JSON values."""
    activities = {key: Activity(*row) for key, row in values["activities"].items()}
    return Additions(**{**values, "activities": activities})
