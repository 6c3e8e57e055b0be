"""What goes wrong between two replicas that share one PostgreSQL, under load.

    frozen      a worker is stopped in the middle of what it does, longer than others wait for it
    cut         connections are cut at random moments, in the middle of transactions
    kills       kill -9 of a worker of either at random moments
    promotions  the champion moves, and both replicas follow
    parted      the network swallows all that either replica sends to the store and is sent by it

Nothing that was acknowledged is lost or there twice, and no more is handed off than the capacity.
"""

from __future__ import annotations

import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from benchmarks.inputs.bundles import example_bundle
from benchmarks.inputs.distance import Distance, distant
from benchmarks.inputs.load import Load, lost_or_doubled
from benchmarks.inputs.registries import registry
from benchmarks.inputs.replicas import replicas
from benchmarks.inputs.services import workers
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figure, Figures
from benchmarks.probes.faults import kill_worker, ready, until
from leadgate.registry.registry import Registry
from serving.auth.api_keys import new_key
from serving.http.settings import API_KEYS
from serving.process.server import Server
from tests import postgres

USUAL_TIME = "5 min"
SMALL = {"cases": ("cut",), "repeats": 1}
NEEDS = (STARTS_SERVERS,)
CAPACITY = 20
FROZEN_SECONDS, PARTED_SECONDS = 4.0, 9.0


@dataclass
class Scene:
    """Two replicas, the way to their store, its own address, and the versions of their model."""

    servers: list[Server]
    way: Distance
    url: str
    versions: Registry
    rng: random.Random
    version: str = "1"


def frozen(scene: Scene) -> list[str]:
    """Stop a worker, and let it go on."""
    pid = scene.rng.choice(workers(scene.rng.choice(scene.servers)))
    os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(FROZEN_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
    return []


def cut(scene: Scene) -> list[str]:
    """Cut a connection that is in a transaction, or any."""
    with psycopg.connect(scene.url, autocommit=True) as database:
        for _ in range(20):
            database.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND backend_type = 'client backend' "
                "ORDER BY state LIKE 'idle in transaction' DESC, random() LIMIT 1"
            )
            time.sleep(scene.rng.uniform(0.0, 0.1))
    return []


def kills(scene: Scene) -> list[str]:
    """Kill a worker, and wait for the next."""
    time.sleep(scene.rng.uniform(0.0, 0.5))
    return kill_worker(scene.rng.choice(scene.servers))


def promotions(scene: Scene) -> list[str]:
    """Move the champion, and wait until both replicas answer with it."""
    scene.version = "2" if scene.version == "1" else "1"
    scene.versions.set_alias("champion", scene.version)
    return [
        fault
        for server in scene.servers
        for fault in until(
            f"version {scene.version}",
            lambda server=server: ready(server).get("model_version") == scene.version,
        )
    ]


def parted(scene: Scene) -> list[str]:
    """Let the network lose everything for a while, transactions in their middle included."""
    with scene.way.parted():
        time.sleep(PARTED_SECONDS)
    return [
        fault
        for server in scene.servers
        for fault in until(
            "the way back", lambda server=server: ready(server).get("store") == "there"
        )
    ]


CASES: dict[str, Callable[[Scene], list[str]]] = {
    "frozen": frozen,
    "cut": cut,
    "kills": kills,
    "promotions": promotions,
    "parted": parted,
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
        rows[name] = {
            "times": repeats, "broken": len(faults), "what": "; ".join(faults), "seconds": seconds,
        }  # fmt: skip
    return rows


def _case(go_wrong: Callable[[Scene], list[str]], n: int, rng: random.Random) -> list[str]:
    with tempfile.TemporaryDirectory() as scratch, postgres.cluster() as cluster:
        folder = Path(scratch)
        versions = registry(folder, example_bundle(folder, eager=True))
        url = cluster.url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))
        tracking = f"sqlite:///{folder / 'mlflow.db'}"
        with (
            distant(cluster.url, 0.0) as way,
            replicas(
                folder, way.url, "champion", workers=1, capacity=CAPACITY, tracking=tracking
            ) as servers,
        ):
            scene = Scene(servers, way, url, versions, rng)
            loads = [
                Load(server.url, server.key, prefix=f"{place}-", patience=60)
                for place, server in enumerate(servers)
            ]
            faults: list[str] = []
            with loads[0], loads[1]:
                for _ in range(n):
                    _go_on(loads)
                    faults += go_wrong(scene)
                _go_on(loads)
            _wait_until_kept(folder)
        return faults + [fault for load in loads for fault in _broken(load, url)] + _above(url)


def _go_on(loads: list[Load]) -> None:
    for load in loads:
        load.wait_for(5, 120)


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
