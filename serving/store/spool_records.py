"""What waits in the spool while the store is away: decisions, activities and outcomes, as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from features.history.from_records import Activity
from features.parsing.times import now
from serving.scoring.earlier_calls import Additions, Outcome, identity
from serving.store import Turn
from serving.store.spool import Record

_ADDITIONS = ("lead_id", "at", "account_id", "created_at", "fields")


def decision_to_wait(row: Mapping[str, Any], told: Mapping[str, Any]) -> Record:
    """Return what waits of a decision, and of what came with it (`additions_to`)."""
    return {"lead_id": row["lead_id"], "decision": row, "additions": told}


def activities_to_wait(given: Sequence[tuple[str, Activity]]) -> list[Record]:
    """Return what waits of activities of leads."""
    return [
        {
            "lead_id": lead_id,
            "additions": additions_to(
                Additions(lead_id, 0, activities={identity(lead_id, activity): activity})
            ),
        }
        for lead_id, activity in given
    ]


def outcomes_to_wait(given: Sequence[Outcome]) -> list[Record]:
    """Return what waits of outcomes; each is known from now on, at an instant of its own."""
    told_at = now()
    return [
        {"lead_id": outcome.lead_id, "outcome": outcome._asdict(), "told_at": told_at + place}
        for place, outcome in enumerate(given)
    ]


def write(turn: Turn, record: Record) -> None:
    """Write what waited to the store; what is there already stays as it is."""
    if "outcome" in record:
        turn.add_outcome(Outcome(**record["outcome"]), record["told_at"])
        return
    additions = additions_of(record["additions"])
    if "decision" in record:
        turn.keep_late(record["decision"], additions)
    else:
        turn.add(additions)


def additions_to(additions: Additions) -> dict[str, Any]:
    """Return additions as JSON values."""
    told = {name: getattr(additions, name) for name in _ADDITIONS}
    return {**told, "activities": {k: list(v) for k, v in additions.activities.items()}}


def additions_of(values: dict[str, Any]) -> Additions:
    """Read what `additions_to` gave."""
    activities = {key: Activity(*told) for key, told in values["activities"].items()}
    return Additions(**{**values, "activities": activities})
