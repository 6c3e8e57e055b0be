"""From the activities of a request to the sorted arrays of a lead history, without pandas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from features.history.activities import Activities
from features.history.history import nothing_yet
from features.history.records import Record, RecordReader
from features.parsing.categorical import Categorical
from features.parsing.times import NAT
from features.schema.canonical import ACTIVITIES, CLOSED
from leadgate.arrays import Texts

_READER = RecordReader(ACTIVITIES)


class Activity(NamedTuple):
    """One activity; times are microseconds since the epoch, UTC, and texts ``""`` where missing."""

    occurred_at: int
    recorded_at: int
    type: str
    value: float | None = None
    channel: str = ""
    content: str = ""
    activity_id: str = ""


class Other(NamedTuple):
    """Another lead of an account; times are microseconds since the epoch, UTC, or `NAT`."""

    lead_id: str
    created_at: int
    outcome: str = ""
    closed_at: int = NAT
    recorded_at: int = NAT
    activities: Sequence[Activity] = ()


def activity(record: Record, row: int) -> Activity:
    """Read the activity of a row of a request.

    Raises
    ------
    LeadError
        Naming the field of the first value at fault.
    """
    values = _READER.read(record, f"activities[{row}].")
    number = values["value"]
    values["value"] = None if math.isnan(number) else number
    return Activity(**values)


def of_one(
    lead_id: str,
    created: int,
    columns: Mapping[str, str],
    activities: Sequence[Activity],
    others: Sequence[Other] = (),
) -> dict[str, Any]:
    """Return the fields of the `LeadHistory` of one lead but its `until` and `has_clock`.

    Parameters
    ----------
    lead_id
        Text.
    created
        Microseconds since the epoch, UTC, or `NAT`.
    columns
        The attributes, in canonical text.
    activities
        In any order.
    others
        The other leads of its account, in any order.
    """
    leads = sorted([Other(lead_id, created, activities=activities), *others], key=itemgetter(0))
    ids = [lead.lead_id for lead in leads]
    texts = np.full((len(columns), len(leads)), "", dtype=object)
    texts[:, ids.index(lead_id)] = [*columns.values()]
    created_at = np.array([lead.created_at for lead in leads], dtype=np.int64)
    closed = [
        (position, lead.outcome, lead.closed_at, lead.recorded_at)
        for position, lead in enumerate(leads)
        if lead.outcome in CLOSED
    ]
    return {
        "lead_ids": _texts(ids),
        "accounts": np.zeros(len(leads), dtype=np.int64),
        # Only training divides accounts.
        "account_hash": np.zeros(len(leads), dtype=np.int64),
        "created": created_at,
        "order": created_at,
        "dated": any(lead.created_at != NAT for lead in leads),
        "changes": {},
        "columns": dict(zip(columns, texts, strict=True)),
        "activities": _built(
            len(leads),
            [position for position, lead in enumerate(leads) for _ in lead.activities],
            [activity for lead in leads for activity in lead.activities],
        ),
        **(_outcomes(len(leads), closed) if others else _OPEN),
    }


def _texts(values: Sequence[str]) -> Texts:
    return np.array([*values, None], dtype=object)[:-1]


def _outcomes(n: int, closed_leads: Iterable[tuple[int, str, int, int]]) -> dict[str, Any]:
    result = nothing_yet(n)
    for lead, outcome, closed_at, recorded_at in closed_leads:
        result[outcome][lead] = True
        result["closed"][lead] = closed_at
        result["recorded"][lead] = closed_at if recorded_at == NAT else recorded_at
    return {**result, "has_handoffs": False}


# Of a lead by itself, made once: nothing writes to a history.
_OPEN = _outcomes(1, ())


def _built(n_leads: int, leads: Sequence[int], activities: Sequence[Activity]) -> Activities:
    if not activities:
        return Activities.none(n_leads)
    if n_leads == 1 and len({activity[:3] for activity in activities}) == len(activities):
        # Their first three fields differ, so that no value is ever compared.
        return _of_one_lead(sorted(activities))
    occurred, recorded, types, values, channels, contents, _ = zip(*activities, strict=True)
    return Activities.build(
        n_leads,
        np.array(leads, dtype=np.int64),
        np.array(occurred, dtype=np.int64),
        np.array(recorded, dtype=np.int64),
        Categorical.of_few(types),
        np.array(values, dtype=np.float64),
        channel=Categorical.of_few(channels) if any(channels) else None,
        content=Categorical.of_few(contents) if any(contents) else None,
    )


def _of_one_lead(activities: Sequence[Activity]) -> Activities:
    """Return the activities of one lead, in their order: few arrays, since few rows cost most."""
    occurred, recorded, types, values, channels, contents, _ = zip(*activities, strict=True)
    return Activities(
        ptr=np.array([0, len(activities)], dtype=np.int64),
        occurred=np.array(occurred, dtype=np.int64),
        recorded=np.array(recorded, dtype=np.int64),
        type=Categorical.of_few(types),
        value=np.array(values, dtype=np.float64),
        channel=Categorical.of_few(channels),
        content=Categorical.of_few(contents),
    )
