"""Letting go of leads about which nothing came for long, and of calls too old to be repeated."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TypeVar

import sqlalchemy as sa

from leadgate.policy import week_start
from serving import timeouts
from serving.store import Store, locks
from serving.store import tables as t
from serving.store.patience import arrival, patiently
from serving.store.statements import Statements

T = TypeVar("T")

# Leads or calls in one transaction: others wait for no more than these.
_PART = 200
# When something about a lead was recorded.
_RECORDED = (
    t.leads.c.created_at,
    t.field_changes.c.changed_at,
    t.activities.c.recorded_at,
    t.outcomes.c.recorded_at,
    t.decisions.c.decided_at,
    t.feedback.c.said_at,
    t.overrides.c.said_at,
)


def prune(
    store: Store, before: int, progress: Callable[[str, float], object] = lambda step, share: None
) -> dict[str, int]:
    """Remove every lead about which nothing was recorded since an instant, whole.

    A lead that is heard of again later is new: unlike what is erased, nothing keeps it away. One
    with a decision whose key is still answered stays: the repeated call would be another decision.
    Counts of weeks of before the instant go too, and so do calls about many leads whose keys are
    answered no more, whatever the instant. Others use the store meanwhile, and wait for small
    parts only. Policies and bundles stay: they are few, and a service keeps each only once.

    Parameters
    ----------
    before
        Microseconds since the epoch, UTC.
    progress
        Is called with the step and the share of the leads done.

    Returns
    -------
    dict
        How many rows of each table were removed.

    Raises
    ------
    StoreError
        As `Store`, where others hold it for `timeouts.PART`; what was removed until then stays so.
    """
    with store.connection.snapshot() as connection:
        _without_timeout(connection)
        lead_ids = [str(row[0]) for row in connection.execute(_silent(store, before))]
    removed = dict.fromkeys((table.name for table in t.ABOUT_LEADS), 0)
    for start in range(0, len(lead_ids), _PART):
        progress("Removing leads", start / len(lead_ids))
        part = partial(_remove, store, lead_ids[start : start + _PART], before)
        for name, rows in _in_turn(part).items():
            removed[name] += rows
    removed[t.handoffs.name] = _in_turn(partial(_remove_weeks, store, before))
    removed[t.calls.name] = _remove_calls(store, progress)
    return removed


def _in_turn(work: Callable[[], T]) -> T:
    """Do a part of it once others let us."""
    return patiently(work, arrival(timeouts.PART).until)


def _silent(store: Store, before: int, among: Sequence[str] | None = None) -> sa.Select[tuple[str]]:
    """Return the leads whose newest record is older than an instant, and no key of which lives."""
    parts = []
    for at in _RECORDED:
        lead_id = at.table.c.lead_id
        newest = sa.select(lead_id.label("lead_id"), sa.func.max(at).label("at")).group_by(lead_id)
        parts.append(newest if among is None else newest.where(lead_id.in_(among)))
    every = sa.union_all(*parts).subquery()
    newest_of_all = sa.func.coalesce(sa.func.max(every.c.at), 0)
    keyed = sa.select(t.decisions.c.lead_id).where(
        t.decisions.c.idempotency_key.is_not(None), t.decisions.c.decided_at >= store.keys_since
    )
    return (
        sa.select(every.c.lead_id)
        .where(every.c.lead_id.not_in(keyed))
        .group_by(every.c.lead_id)
        .having(newest_of_all < before)
        .order_by(every.c.lead_id)
    )


def _remove(store: Store, lead_ids: Sequence[str], before: int) -> dict[str, int]:
    with _alone_with(store, lead_ids) as connection:
        # Something may have come since they were looked up; nothing does from here on.
        silent = [str(row[0]) for row in connection.execute(_silent(store, before, lead_ids))]
        return {
            table.name: connection.execute(
                sa.delete(table).where(table.c.lead_id.in_(silent))
            ).rowcount
            for table in t.ABOUT_LEADS
        }


def _remove_weeks(store: Store, before: int) -> int:
    weeks = sa.delete(t.handoffs).where(t.handoffs.c.week < week_start(before, store.timezone))
    with store.connection.changing() as connection:
        return connection.execute(weeks).rowcount


def _remove_calls(store: Store, progress: Callable[[str, float], object]) -> int:
    old = t.calls.c.kept_at < store.keys_since
    with store.connection.snapshot() as connection:
        _without_timeout(connection)
        digests = connection.execute(sa.select(t.calls.c.digest).where(old)).scalars().all()

    def remove(part: Sequence[str]) -> int:
        # One of them may have been made again since they were looked up.
        calls = sa.delete(t.calls).where(t.calls.c.digest.in_(part), old)
        with store.connection.changing() as connection:
            return connection.execute(calls).rowcount

    removed = 0
    for start in range(0, len(digests), _PART):
        progress("Removing calls", start / len(digests))
        removed += _in_turn(partial(remove, digests[start : start + _PART]))
    return removed


@contextlib.contextmanager
def _alone_with(store: Store, lead_ids: Sequence[str]) -> Iterator[sa.Connection]:
    """Hand out a transaction during which nobody decides about or adds to some leads."""
    with store.connection.changing() as connection:
        if lock := Statements(store.connection.dialect).lock:
            connection.exec_driver_sql(lock, {"numbers": locks.numbers(lead_ids)})
        yield connection


def _without_timeout(connection: sa.Connection) -> None:
    """Let PostgreSQL read as long as it takes; it keeps nobody waiting."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
