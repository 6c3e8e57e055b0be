"""From the mappings of a request to the sorted arrays of a lead history, without pandas."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np

from features.history.activities import Activities
from features.history.field_changes import Changes
from features.parsing.categorical import Categorical
from features.parsing.times import NAT, parse_instant
from features.parsing.values import to_number, to_text
from leadgate.arrays import Texts
from leadgate.errors import LeadError

Record = Mapping[str, object]

CLOSED = ("won", "lost")
_TEXTS = ("value", "channel", "content", "activity_id")
_BARE = frozenset({"lead_id", "type", "occurred_at"})
_NAMED = frozenset({"lead_id", "created_at", "account_id"})


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
    occurred = _needed(record, "occurred_at", "activities", row)
    type_ = to_text(record.get("type")) or "unnamed"
    if record.keys() <= _BARE:
        # Most come so, and this runs for every activity of a request.
        return Activity(occurred, occurred, type_)
    recorded = _instant(record, "recorded_at", "activities", row)
    text, channel, content, activity_id = [to_text(record.get(name)) for name in _TEXTS]
    number = to_number(text) if text else math.nan
    return Activity(
        occurred,
        occurred if recorded == NAT else recorded,
        type_,
        None if math.isnan(number) else number,
        channel,
        content,
        activity_id,
    )


def fields(
    leads: Sequence[Record],
    activities: Iterable[Record],
    field_changes: Iterable[Record],
    outcomes: Iterable[Record],
) -> dict[str, Any]:
    """Return the fields of a `LeadHistory` but its `until` and `has_clock`.

    Raises
    ------
    LeadError
        Naming the field of the first value at fault.
    """
    ids = [to_text(lead.get("lead_id")) for lead in leads]
    if "" in ids:
        raise LeadError("lead_id is missing.", field="lead_id", code="missing_lead_id")
    if len(set(ids)) < len(ids):
        raise LeadError("lead_id came before.", field="lead_id", code="duplicate_lead_id")
    order = sorted(range(len(ids)), key=ids.__getitem__)
    leads = [leads[position] for position in order]
    ids = [ids[position] for position in order]
    index = {lead_id: position for position, lead_id in enumerate(ids)}
    created = [_instant(lead, "created_at") for lead in leads]
    columns = _columns(leads)
    return {
        "lead_ids": _texts(ids),
        "accounts": _accounts(leads),
        "created": np.array(created, dtype=np.int64),
        "order": np.array(created, dtype=np.int64),
        "dated": any(time != NAT for time in created),
        "changes": _changes(index, field_changes, columns),
        "columns": columns,
        "activities": _activities(index, activities),
        **_outcomes(len(leads), _closed(index, outcomes)),
    }


def of_one(
    lead_id: str,
    created: int,
    columns: Mapping[str, str],
    activities: Sequence[Activity],
    others: Sequence[Other] = (),
) -> dict[str, Any]:
    """Return the fields of the history of one lead from values that are read already.

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


def _instant(record: Record, name: str, of: str = "", row: int = 0) -> int:
    """Return a time of a record; `of` and `row` are its list, for the message."""
    value = record.get(name)
    if value is None or value == "":
        return NAT
    return parse_instant(value, field=f"{of}[{row}].{name}" if of else name)


def _needed(record: Record, name: str, of: str, row: int) -> int:
    time = _instant(record, name, of, row)
    if time == NAT:
        field = f"{of}[{row}].{name}"
        raise LeadError(f"{field} is missing.", field=field, code="missing_time")
    return time


def _position(index: Mapping[str, int], record: Record) -> int:
    lead_id = record.get("lead_id")
    if isinstance(lead_id, str) and lead_id in index:
        return index[lead_id]
    return index.get(to_text(lead_id), -1)


def _columns(leads: Sequence[Record]) -> dict[str, Texts]:
    names = dict.fromkeys(name for lead in leads for name in lead if name not in _NAMED)
    return {name: _texts([to_text(lead.get(name)) for lead in leads]) for name in names}


def _accounts(leads: Sequence[Record]) -> np.ndarray:
    texts = [to_text(lead.get("account_id")) for lead in leads]
    code = {text: position for position, text in enumerate(sorted(set(texts) - {""}))}
    return np.array([code.get(t, len(leads) + i) for i, t in enumerate(texts)], dtype=np.int64)


def _closed(
    index: Mapping[str, int], records: Iterable[Record]
) -> Iterator[tuple[int, str, int, int]]:
    """Yield position, outcome, when it was and when it was recorded."""
    for row, record in enumerate(records):
        lead, outcome = _position(index, record), to_text(record.get("outcome"))
        if lead >= 0 and outcome in CLOSED:
            closed = _instant(record, "closed_at", "outcomes", row)
            yield lead, outcome, closed, _instant(record, "recorded_at", "outcomes", row)


def _outcomes(n: int, closed_leads: Iterable[tuple[int, str, int, int]]) -> dict[str, Any]:
    won, lost = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    closed, recorded = np.full(n, NAT), np.full(n, NAT)
    for lead, outcome, closed_at, recorded_at in closed_leads:
        won[lead], lost[lead] = outcome == "won", outcome == "lost"
        closed[lead] = closed_at
        recorded[lead] = closed_at if recorded_at == NAT else recorded_at
    none = np.full(n, NAT)
    return {
        "won": won,
        "lost": lost,
        "closed": closed,
        "recorded": recorded,
        "amount": np.full(n, np.nan),
        "unworked": np.zeros(n, dtype=bool),
        "handed_off": none,
        "first_worked": none,
        "has_handoffs": False,
    }


# Of a lead by itself, made once: nothing writes to a history.
_OPEN = _outcomes(1, ())


def _activities(index: Mapping[str, int], records: Iterable[Record]) -> Activities:
    rows = []
    for row, record in enumerate(records):
        lead = _position(index, record)
        if lead >= 0:
            rows.append((lead, activity(record, row)))
    return _built(len(index), [lead for lead, _ in rows], [event for _, event in rows])


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


def _changes(
    index: Mapping[str, int], records: Iterable[Record], columns: dict[str, Texts]
) -> dict[str, Changes]:
    of_field: dict[str, list[tuple[int, int, str]]] = {}
    for row, record in enumerate(records):
        position = _position(index, record)
        if position < 0:
            continue
        time = _needed(record, "changed_at", "field_changes", row)
        entry = (position, time, to_text(record.get("value")))
        of_field.setdefault(to_text(record.get("field")), []).append(entry)
    changes = {}
    for name, entries in sorted(of_field.items()):
        lead, changed, texts = zip(*entries, strict=True)
        changes[name] = Changes.build(
            len(index),
            np.array(lead, dtype=np.int64),
            np.array(changed, dtype=np.int64),
            Categorical.of_few(texts),
        )
        columns.setdefault(name, np.full(len(index), "", dtype=object))
    return changes
