"""The other leads of an account out of SQLite, with and without an index of their own.

A store of activities that came in one after the other, of any lead, so that those of one account
lie all over it. The index holds what is read of them; before, every activity was a row to find.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.machinery.catalogue import Figures
from serving.store import Store

USUAL_TIME = "1 min"
SMALL = {"leads": 500, "account": 50, "repeats": 2}

TYPES = ("pricing_view", "webinar", "newsletter", "demo_request", "comparison", "call")
EACH = 10
START, SECOND = 1_767_225_600_000_000, 1_000_000
ACCOUNT = "4711"
# The index of the first versions in place of the one that is there.
BEFORE = (
    "CREATE INDEX ix_activities_lead_id ON activities (lead_id)",
    "DROP INDEX ix_activities_of_lead",
)
_LEAD = "INSERT INTO leads VALUES (:lead_id, :account_id, :created_at, :revision)"
_ACTIVITY = (
    "INSERT INTO activities (identity, lead_id, occurred_at, recorded_at, type, content, revision) "
    "VALUES (?, ?, ?, ?, ?, '/pricing/enterprise', 1)"
)


def fill(store: Store, n: int, of_account: int) -> None:
    """Write `n` leads, so many of them of one account, with their activities in turns."""
    owners = np.random.default_rng(7).integers(0, n, EACH * n).tolist()
    accounts = [ACCOUNT if i % (n // of_account) == 0 else f"A{i}" for i in range(n)]
    leads = [
        {"lead_id": f"{i:018}", "account_id": account, "created_at": START, "revision": 1}
        for i, account in enumerate(accounts)
    ]
    activities = [
        (f"{place:018}", f"{i:018}", at, at, TYPES[place % len(TYPES)])
        for place, i in enumerate(owners)
        for at in [START + place * SECOND]
    ]
    with store.connection.writing() as raw:
        raw.executemany(_LEAD, leads)
        raw.executemany(_ACTIVITY, activities)


def calls(store: Store) -> list[Callable[[], object]]:
    """Return what is measured: the query, what is made of it, and one lead by itself."""
    sql, asked = store._sql.others_activities, {"account_id": ACCOUNT, "lead_id": ""}

    def query() -> object:
        with store.connection.reading() as raw:
            return raw.execute(sql, asked).fetchall()

    return [query, lambda: store.others(ACCOUNT, ""), lambda: store.earlier_calls(f"{0:018}")]


def seconds(call: Callable[[], object]) -> float:
    """Return how long a call takes."""
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def measure(stores: Sequence[Store], repeats: int) -> np.ndarray:
    """Return the milliseconds of the quickest calls, shape (stores, 3); the stores take turns."""
    asked = [calls(store) for store in stores]
    taken = [[[seconds(call) for call in of_store] for of_store in asked] for _ in range(repeats)]
    return 1e3 * np.array(taken).min(axis=0)


def run(leads: int = 30_000, account: int = 1_000, repeats: int = 25) -> Figures:
    """Fill two stores and ask both in turns."""
    with (
        tempfile.TemporaryDirectory() as scratch,
        Store(f"sqlite:///{Path(scratch) / 'before.db'}") as old,
        Store(f"sqlite:///{Path(scratch) / 'after.db'}") as new,
    ):
        for store in (old, new):
            fill(store, leads, account)
        with old.connection.reading() as raw:
            for statement in BEFORE:
                raw.execute(statement)
        before, after = measure([old, new], repeats).tolist()
    columns = ("query_ms", "others_ms", "single_lead_ms")
    return {
        "index of ids": dict(zip(columns, before, strict=True)),
        "index of what is read": {
            **dict(zip(columns, after, strict=True)),
            "query_ratio": before[0] / after[0],
            "others_ratio": before[1] / after[1],
        },
    }
