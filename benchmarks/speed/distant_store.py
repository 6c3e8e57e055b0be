"""Two replicas that share a PostgreSQL a millisecond away, beside a bare insert of their rows.

Replicas of the service with two workers each score new leads with 33 activities each, over HTTP;
before the server stands a proxy that adds its time to each round trip. First as fast as they can;
then at a steady pace, without and with a backfill of a thousand activities a second; before that,
while a stranger holds the lock of the week. In the end as many processes insert the rows of the
first part by themselves, a transaction a lead. All of it shares one machine: the ratios count, and
the processor time that each part takes of it: with nothing idle, that is what bounds the rest.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psycopg

from benchmarks.inputs.bundles import example_bundle, example_lead
from benchmarks.inputs.distance import distant
from benchmarks.inputs.processor import measured
from benchmarks.inputs.replicas import Answers, ask, backfill, replicas
from benchmarks.inputs.services import quantiles
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figure, Figures
from serving.auth.api_keys import new_key
from serving.http.settings import API_KEYS
from serving.process.server import Server
from serving.store.locks import WEEK
from tests import postgres

USUAL_TIME = "2 min"
SMALL = {"seconds": 1.0, "workers": 1, "stranger": 1.0}
NEEDS = (STARTS_SERVERS,)
ACTIVITIES, CAPACITY = 33, 20
# Of each replica; and how many scores a second all clients send at the steady pace.
CLIENTS, PACE = 8, 40.0
TABLES = ("leads", "field_changes", "activities", "decisions")
_SPAWN = multiprocessing.get_context("spawn")

Addresses = list[tuple[str, str]]


def lead(name: str) -> bytes:
    """Return the body of a request about a new lead."""
    activities = [
        {"type": "visit", "occurred_at": f"2026-02-02T09:00:{n:02}Z", "activity_id": f"{name}-{n}"}
        for n in range(ACTIVITIES)
    ]
    return json.dumps({**example_lead(), "lead_id": name, "activities": activities}).encode()


def run(
    seconds: float = 8.0, workers: int = 2, milliseconds: float = 1.0, stranger: float = 12.0
) -> Figures:
    """Measure each part for so long, with so many workers in each of two replicas."""
    os.environ["CRM_PASSWORD"] = postgres.PASSWORD
    os.environ.setdefault(API_KEYS, new_key()[0])
    rows: dict[str, dict[str, Figure]] = {}
    with tempfile.TemporaryDirectory() as scratch, postgres.cluster() as cluster:
        folder = Path(scratch)
        bundle = example_bundle(folder, eager=True)
        near = cluster.url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))
        with (
            _far(cluster.url, milliseconds / 1e3) as (url, proxy),
            replicas(folder, url, str(bundle), workers=workers, capacity=CAPACITY) as servers,
            ProcessPoolExecutor(2, _SPAWN) as clients,
        ):
            where = [(server.url, os.environ[API_KEYS].split(",")[0]) for server in servers]
            asked = partial(_ask, clients, where)
            with psycopg.connect(near) as database:
                database.execute("SELECT pg_advisory_lock(%s)", (WEEK,))
                rows["a lock held"] = _figures(asked("held", stranger))
            rows["a lock held"]["handed_off"] = _handed_off(near)
            asked("warm", min(seconds, 2.0))
            with measured(_parts(servers, proxy, near)) as spent:
                fast = asked("fast", seconds)
                rows["processor time of a decision"] = _each(spent(), fast.statuses[200])
            rows["decisions"] = _figures(fast)
            rows["steady"] = _figures(asked("steady", seconds, CLIENTS / PACE))
            with backfill(where, 1_000.0) as filled:
                beside = _figures(asked("beside", seconds, CLIENTS / PACE))
            beside |= {"p99_ratio": beside["p99_ms"] / rows["steady"]["p99_ms"], **filled.figures()}
            rows["beside a backfill"] = beside
            rows["week"] = {"over": _handed_off(near) - CAPACITY}
            of_rows = _bare(near, url, 2 * workers)
        rows["decisions"]["ratio"] = rows["decisions"]["a_second"] / of_rows
        rows["bare rows, as many connections"] = {"a_second": of_rows}
    return rows


def _parts(servers: Sequence[Server], proxy: int, url: str) -> dict[str, list[int]]:
    """Return the processes whose processor time counts."""
    with psycopg.connect(url) as database:
        row = database.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    children = [child.pid or 0 for child in multiprocessing.active_children()]
    return {
        "services_ms": [server.process.pid for server in servers],
        "database_ms": [int(row[0].split()[0])] if row else [],
        "proxy_ms": [proxy],
        "clients_ms": [pid for pid in children if pid != proxy],
    }


def _each(spent: dict[str, float], n: int) -> dict[str, Figure]:
    """Return milliseconds for each of so many decisions, and how many all cores could take."""
    idle = spent.pop("idle")
    each = {name: 1e3 * seconds / max(1, n) for name, seconds in spent.items()}
    cores = os.cpu_count() or 1
    return {**each, "idle": idle, "a_second_alone": 1e3 * cores / max(sum(each.values()), 1e-9)}


@contextmanager
def _far(url: str, seconds: float) -> Iterator[tuple[str, int]]:
    """Run the proxy in a process of its own, as the network has one; hand out both."""
    address: Queue[str] = _SPAWN.Queue()
    ended = _SPAWN.Event()
    process = _SPAWN.Process(target=_proxy, args=[url, seconds, address, ended])
    process.start()
    try:
        yield address.get(timeout=60), process.pid or 0
    finally:
        ended.set()
        process.join()


def _proxy(url: str, seconds: float, address: Queue[str], ended: Event) -> None:
    with distant(url, seconds) as way:
        address.put(way.url)
        ended.wait()


def _ask(
    clients: Executor, where: Addresses, name: str, seconds: float, pause: float = 0.0
) -> Answers:
    """Ask from two processes, as a client's own time would count as well."""
    n = CLIENTS if pause else 2 * CLIENTS
    turned = [where[place:] + where[:place] for place in range(2)]
    tasks = [
        clients.submit(ask, addresses, lead, f"{name}-{half}", seconds, n // 2, pause)
        for half, addresses in enumerate(turned)
    ]
    first, second = (task.result() for task in tasks)
    return first + second


def _figures(answers: Answers) -> dict[str, Figure]:
    statuses = Counter({status: n for status, n in answers.statuses.items() if status != 200})
    return {
        **quantiles(np.array(answers.seconds)),
        "a_second": answers.statuses[200] / answers.lasted,
        "without_store": answers.without_store,
        "refused": statuses.total(),
    }


def _handed_off(url: str) -> int:
    with psycopg.connect(url) as database:
        row = database.execute("SELECT coalesce(sum(count), 0) FROM handoffs").fetchone()
        return int(row[0]) if row else 0


def _bare(near: str, url: str, processes: int, leads: int = 300) -> float:
    """Insert the rows of so many leads again, a transaction each; return leads a second."""
    with psycopg.connect(near, autocommit=True) as database:
        for table in TABLES:
            database.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        names = "SELECT lead_id FROM decisions WHERE lead_id LIKE 'fast-%%' ORDER BY id LIMIT %s"
        ids = [row[0] for row in database.execute(names, (leads,)).fetchall()]
        rows = [[_rows(database, table, name) for table in TABLES] for name in ids]
    parts = [rows[n::processes] for n in range(processes)]
    with _SPAWN.Pool(processes) as pool:
        pool.starmap(_insert, [(url, [])] * processes, chunksize=1)
        spent = pool.starmap(_insert, [(url, part) for part in parts], chunksize=1)
    return len(rows) / max(spent)


def _rows(database: psycopg.Connection, table: str, lead_id: str) -> list[tuple[object, ...]]:
    query = f"SELECT * FROM {table} WHERE lead_id = %s"
    return database.execute(query.encode(), (lead_id,)).fetchall()


def _insert(url: str, leads: Sequence[Sequence[list[tuple[object, ...]]]]) -> float:
    url = url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))
    with psycopg.connect(url, autocommit=True) as connection:
        started = time.perf_counter()
        for tables in leads:
            with connection.transaction(), connection.cursor() as cursor:
                for name, rows in zip(TABLES, tables, strict=True):
                    places = ", ".join(["%s"] * len(rows[0])) if rows else ""
                    query = f"INSERT INTO bare_{name} VALUES ({places})".encode()
                    cursor.executemany(query, rows)
        return time.perf_counter() - started
