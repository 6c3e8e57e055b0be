"""What a store holds, and whether it holds together."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa

from features.io.erased import SALT, erased_digest
from features.parsing.times import iso, now
from leadgate.policy import week_start
from serving.outage.spool import Spool
from serving.store import Store
from serving.store import tables as t
from serving.store.connection import SQLITE

# Leads in memory at once.
_PART = 10_000
# When what is kept of a lead was kept, and what that is called.
_WITH_TIMES = (
    (t.decisions.c.decided_at, "decisions"),
    (t.feedback.c.said_at, "feedback"),
    (t.overrides.c.said_at, "overrides"),
)


@dataclass(frozen=True)
class Inspected:
    """What is in a store.

    Attributes
    ----------
    kind
        ``sqlite`` or ``postgresql``.
    rows
        How many rows each table holds.
    first_decision, last_decision
        ISO 8601, UTC; "" where nothing was decided.
    waiting, set_aside
        Records on this machine's disk that wait for the store, and that it can never take.
    faults
        What does not hold together, in words; empty when all is well.
    """

    kind: str
    rows: dict[str, int]
    first_decision: str
    last_decision: str
    waiting: int
    set_aside: int
    faults: list[str] = field(default_factory=list)


def inspect(store: Store, spool: Path) -> Inspected:
    """Look into a store, in one moment of it; nothing is changed and nobody waits.

    Parameters
    ----------
    spool
        The folder of what waits on this machine.

    Raises
    ------
    StoreError
        If it cannot be reached, or there is none yet.
    """
    with store.connection.snapshot() as connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        rows = {
            table.name: int(
                connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
            )
            for table in t.metadata.sorted_tables
        }
        at = t.decisions.c.decided_at
        first, last = connection.execute(sa.select(sa.func.min(at), sa.func.max(at))).one()
        faults = [
            *_damaged(connection),
            *_back_again(connection),
            *_miscounted(connection, store.timezone),
        ]
    kept = Spool(spool)
    waiting, set_aside = len(kept), len(kept.set_aside())
    return Inspected(
        store.connection.kind, rows, _iso(first), _iso(last), waiting, set_aside, faults
    )


def _iso(us: int | None) -> str:
    return "" if us is None else iso(us)


def _damaged(connection: sa.Connection) -> list[str]:
    if connection.dialect.name != SQLITE:
        return []
    said = connection.exec_driver_sql("PRAGMA quick_check").scalars().all()
    return [] if said == ["ok"] else [f"the file is damaged: {said[0]}"]


def _back_again(connection: sa.Connection) -> list[str]:
    """Name leads of which something from before their erasure is stored."""
    salt = connection.execute(
        sa.select(t.settings.c.value).where(t.settings.c.name == SALT)
    ).scalar()
    erased = {digest: at for digest, at in connection.execute(sa.select(t.erased))}
    if not erased or salt is None:
        return []
    faults = []
    for at, what in _WITH_TIMES:
        query = sa.select(at.table.c.lead_id, sa.func.min(at)).group_by(at.table.c.lead_id)
        kept = connection.execution_options(yield_per=_PART).execute(query)
        back = sum(
            first < erased.get(erased_digest(salt, lead_id), first) for lead_id, first in kept
        )
        if back:
            faults.append(
                f"{back} erased leads have {what} from before they were erased: forget them again"
            )
    return faults


def _miscounted(connection: sa.Connection, timezone: str) -> list[str]:
    """Compare the handoffs counted in this week with the decisions that used its capacity."""
    week, decisions = week_start(now(), timezone), t.decisions.c
    counted = connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(t.handoffs.c.count), 0)).where(
            t.handoffs.c.week == week
        )
    ).scalar_one()
    taken = connection.execute(
        sa.select(sa.func.count()).where(
            decisions.decided_at >= week, decisions.uses_capacity == 1, decisions.shadow == 0
        )
    ).scalar_one()
    # Erasing takes decisions away and no capacity back.
    if counted >= taken:
        return []
    return [f"{taken} decisions of this week used capacity, and {counted} are counted"]
