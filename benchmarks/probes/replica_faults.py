"""What goes wrong between two replicas that share one PostgreSQL, under load.

    frozen    a worker is stopped in the middle of what it does, for longer than others wait for it
    cut       connections are cut at random moments, in the middle of transactions

Nothing that was acknowledged is lost or there twice, and no more is handed off than the capacity.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import psycopg

from benchmarks.inputs.bundles import example_bundle
from benchmarks.inputs.load import Load, lost_or_doubled
from benchmarks.inputs.replicas import replicas
from benchmarks.inputs.services import workers
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figure, Figures
from serving.auth.api_keys import new_key
from serving.http.settings import API_KEYS
from serving.process.server import Server
from tests import postgres

USUAL_TIME = "2 min"
SMALL = {"cases": ("cut",), "repeats": 1}
NEEDS = (STARTS_SERVERS,)
GoWrong = Callable[[list[Server], str, random.Random], None]
CAPACITY = 20
FROZEN_SECONDS = 4.0


def frozen(servers: list[Server], url: str, rng: random.Random) -> None:
    """Stop a worker, and let it go on."""
    pid = rng.choice(workers(rng.choice(servers)))
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(FROZEN_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)


def cut(servers: list[Server], url: str, rng: random.Random) -> None:
    """Cut a connection that is in a transaction, or any."""
    with psycopg.connect(url, autocommit=True) as database:
        for _ in range(20):
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' "
                "ORDER BY state LIKE 'idle in transaction' DESC, random() LIMIT 1"
            )
            time.sleep(rng.uniform(0.0, 0.1))


CASES: dict[str, GoWrong] = {
    "frozen": frozen,
    "cut": cut,
}


def run(cases: tuple[str, ...] = tuple(CASES), repeats: int = 3, seed: int = 0) -> Figures:
    """Let each go wrong so many times."""
    os.environ["CRM_PASSWORD"] = postgres.PASSWORD
    os.environ.setdefault(API_KEYS, new_key()[0])
    rows: dict[str, dict[str, Figure]] = {}
    for name in cases:
        started = time.monotonic()
        faults = _case(CASES[name], repeats, random.Random(seed))
        seconds = time.monotonic() - started
        rows[name] = {"broken": len(faults), "what": "; ".join(faults), "seconds": seconds}
    return rows


def _case(go_wrong: GoWrong, n: int, rng: random.Random) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch, postgres.cluster() as cluster:
        folder = Path(scratch)
        bundle = example_bundle(folder, eager=True)
        url = cluster.url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))
        with replicas(folder, cluster.url, bundle, workers=1, capacity=CAPACITY) as servers:
            first, second = (
                Load(server.url, server.key, prefix=f"{place}-", patience=60)
                for place, server in enumerate(servers)
            )
            with first, second:
                for _ in range(n):
                    first.wait_for(5, 120)
                    second.wait_for(5, 120)
                    go_wrong(servers, url, rng)
                first.wait_for(5, 120)
                second.wait_for(5, 120)
            _wait_until_kept(folder)
        return _broken(first, url) + _broken(second, url) + _above(url)


def _wait_until_kept(folder: Path) -> None:
    """Wait until nothing waits on any disk."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if not [*folder.rglob("waiting.jsonl"), *folder.rglob("writing.jsonl")]:
            return
        time.sleep(0.1)


def _broken(load: Load, url: str) -> list[str]:
    return [f"{n} x {fault}" for fault, n in load.faults.items()] + lost_or_doubled(load, url)


def _above(url: str) -> list[str]:
    query = "SELECT count(*) FROM decisions WHERE uses_capacity = 1 AND shadow = 0"
    with psycopg.connect(url) as database:
        row = database.execute(query).fetchone()
    handed_off = int(row[0]) if row else 0
    return [f"{handed_off} handed off, {CAPACITY} taken"] * (handed_off > CAPACITY)
