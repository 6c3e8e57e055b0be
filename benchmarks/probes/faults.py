"""What goes wrong on a Tuesday: killed workers, a store that goes, a registry that hangs.

Each case runs the real service with a real store under load and says which rules it broke:

    kills       kill -9 of a worker at random moments: nothing acknowledged is lost, or there twice
    crashes     kill -9 of everything at once, supervisor and workers, and a new start: likewise
    promotions  champion moves under load: no request fails; a damaged version changes nothing
    registry    a registry that stops to answer changes nothing
    postgres    the server is stopped, read-only and back: every request is answered, counts agree
    away        a worker is killed while the server is stopped: what waited is there in the end
    disk        no file can grow: decisions are still answered, and kept once there is room
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote, urlsplit

from benchmarks.inputs.bundles import example_bundle
from benchmarks.inputs.load import Load, lost_or_doubled
from benchmarks.inputs.registries import HangingRegistry, registry
from benchmarks.inputs.services import workers
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figure, Figures
from serving.auth.api_keys import new_key
from serving.http.settings import API_KEYS
from serving.process.launch import serve
from serving.process.server import Server
from tests import postgres

CONFIG = """
[data]
leads = "leads.csv"
outcomes = "deals.csv"
[columns]
lead_id = "lead_id"
created_at = "created_at"
[tracking]
uri = "{tracking}"
[serving]
store = "{store}"
"""
USUAL_TIME = "6 min"
SMALL = {"cases": ("kills",), "repeats": 1}
NEEDS = (STARTS_SERVERS,)
SQLITE = "sqlite:///leadgate.db"


@contextmanager
def service(
    folder: Path,
    *,
    model: str = "",
    store: str = SQLITE,
    tracking: str = "sqlite:///mlflow.db",
    port: int = 0,
) -> Iterator[Server]:
    """Run the service on a folder, with a store."""
    config = folder / "leadgate.toml"
    config.write_text(CONFIG.format(store=store, tracking=tracking))
    model = model or str(example_bundle(folder))
    with (
        (folder / "log").open("ab") as log,
        serve(config, model=model, port=port, log=log) as server,
    ):
        yield server


def ready(server: Server) -> dict[str, str]:
    """Return what the readiness probe says; {} when it says no or nothing."""
    try:
        with urllib.request.urlopen(server.url + "/readyz", timeout=5) as answer:
            content: dict[str, str] = json.load(answer)
            return content
    except OSError:
        return {}


def until(what: str, condition: Callable[[], object], seconds: float = 60.0) -> list[str]:
    """Wait for a condition; name it when it does not come."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return [f"{what}: not within {seconds:g} s"]
        time.sleep(0.05)
    return []


def kill_worker(server: Server) -> list[str]:
    """Kill the worker and wait for the next one; name it when none comes."""
    (worker,) = workers(server)
    os.kill(worker, signal.SIGKILL)
    return until("a new worker", lambda: workers(server) not in ([], [worker]) and ready(server))


def kills(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Kill the worker at random moments under load."""
    faults: list[str] = []
    with service(folder) as server, Load(server.url, server.key, patience=120) as load:
        for _ in range(n):
            load.wait_for(5, 120)
            time.sleep(rng.uniform(0, 1))
            faults += kill_worker(server)
        load.wait_for(5, 120)
    faults += [f"{n} x {fault}" for fault, n in load.faults.items()]
    return faults + lost_or_doubled(load, f"sqlite:///{folder / 'leadgate.db'}")


def crashes(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Kill supervisor and worker together at random moments under load, and start again."""
    model, port, load, again = str(example_bundle(folder)), 0, None, 0.0
    with ExitStack() as load_of_all:
        for number in range(n + 1):
            started = time.monotonic()
            with service(folder, model=model, port=port) as server:
                again = max(again, time.monotonic() - started)
                if load is None:
                    port = urlsplit(server.url).port or 0
                    load = load_of_all.enter_context(Load(server.url, server.key, patience=120))
                load.wait_for(5, 120)
                if number == n:
                    load_of_all.close()
                    break
                time.sleep(rng.uniform(0, 1))
                for pid in (server.process.pid, *workers(server)):
                    os.kill(pid, signal.SIGKILL)
    assert load is not None
    print(f"  a start took {again:.1f} s at most")
    faults = [f"{n} x {fault}" for fault, n in load.faults.items()]
    return faults + lost_or_doubled(load, f"sqlite:///{folder / 'leadgate.db'}")


def promotions(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Move the champion under load, once to a damaged version."""
    faults: list[str] = []
    versions = registry(folder, example_bundle(folder))
    longest = 0.0
    with service(folder, model="champion") as server, Load(server.url, server.key) as load:
        load.wait_for(20)
        for i in range(n):
            version = "21"[i % 2]
            started = time.monotonic()
            versions.set_alias("champion", version)
            faults += until(
                f"version {version}", lambda v=version: ready(server).get("model_version") == v, 20
            )
            longest = max(longest, time.monotonic() - started)
        before = ready(server)["model_version"]
        versions.set_alias("champion", "3")
        faults += until("a refusal", lambda: "bad_bundle" in ready(server).get("warnings", ""), 20)
        load.wait_for(20)
        if ready(server).get("model_version") != before:
            faults.append("the damaged version answers")
        versions.set_alias("champion", before)
        # That the alias was moved past the gate is said all along, and is true.
        faults += until(
            "no more refusal", lambda: "bad_bundle" not in ready(server).get("warnings", ""), 20
        )
        load.wait_for(20)
    slowest = max(load.seconds[100:], default=0.0) * 1e3
    print(
        f"  {sum(load.versions.values())} scores by {dict(load.versions)}; slowest {slowest:.0f} ms"
    )
    print(f"  a promotion took effect after {longest:.1f} s at most")
    faults += [f"{n} x {fault}" for fault, n in load.faults.items()]
    faults += [f"version {v} answered" for v in load.versions if v not in "12"]
    return faults + lost_or_doubled(load, f"sqlite:///{folder / 'leadgate.db'}")


def hanging(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Let the registry stop to answer, and start once more without it."""
    faults: list[str] = []
    with HangingRegistry(example_bundle(folder)) as registered:
        with (
            service(folder, model="champion", tracking=registered.url) as server,
            Load(server.url, server.key) as load,
        ):
            load.wait_for(50)
            registered.hang()
            warned = lambda: "registry_unavailable" in ready(server).get("warnings", "")  # noqa: E731
            faults += until("a warning", warned, 90)
            load.wait_for(50)
        with (
            service(folder, model="champion", tracking=registered.url) as server,
            Load(server.url, server.key) as again,
        ):
            faults += until("a start without the registry", lambda: bool(ready(server)), 90)
            again.wait_for(20)
            registered.answer()
            faults += until("its return", lambda: ready(server).get("warnings") == "", 90)
    for each in (load, again):
        slowest = max(each.seconds[100:], default=0.0) * 1e3
        print(f"  {sum(each.versions.values())} scores; slowest {slowest:.0f} ms")
        faults += [f"{n} x {fault}" for fault, n in each.faults.items()]
    return faults


def _with_password(url: str) -> str:
    return url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))


def stopped(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Stop and start PostgreSQL under load, and let it be read-only."""
    import psycopg

    with postgres.cluster() as cluster:
        url = _with_password(cluster.url)
        faults = []
        os.environ["CRM_PASSWORD"] = postgres.PASSWORD
        with (
            service(folder, store=cluster.url) as server,
            Load(server.url, server.key, patience=0) as load,
        ):
            behind = lambda: ready(server).get("warnings") != ""  # noqa: E731
            load.wait_for(20)
            cluster.stop()
            load.wait_for(20, 120)
            cluster.start()
            faults += until("the spool to empty", lambda: not behind(), 60)
            with psycopg.connect(url, autocommit=True) as database:
                database.execute("ALTER SYSTEM SET default_transaction_read_only = on")
                database.execute("SELECT pg_reload_conf()")
                faults += until("a warning", behind, 60)
                load.wait_for(20, 120)
                database.execute("SET transaction_read_only = off")
                database.execute("SET default_transaction_read_only = off")
                database.execute("ALTER SYSTEM RESET default_transaction_read_only")
                database.execute("SELECT pg_reload_conf()")
            faults += until("the spool to empty again", lambda: not behind(), 60)
            load.wait_for(20)
        print(f"  {sum(load.versions.values())} scores, {load.warned} without the store")
        faults += [f"{n} x {fault}" for fault, n in load.faults.items()]
        return faults + lost_or_doubled(load, url)


def away(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Kill the worker while PostgreSQL is stopped: what waits on the disk is not lost either."""
    with postgres.cluster() as cluster:
        os.environ["CRM_PASSWORD"] = postgres.PASSWORD
        with (
            service(folder, store=cluster.url) as server,
            Load(server.url, server.key, patience=120) as load,
        ):
            load.wait_for(20)
            cluster.stop()
            load.wait_for(20, 120)
            faults = kill_worker(server)
            load.wait_for(20, 120)
            cluster.start()
            faults += until("the spool to empty", lambda: ready(server).get("warnings") == "", 60)
            load.wait_for(20)
        print(f"  {sum(load.versions.values())} scores, {load.warned} without the store")
        faults += [f"{n} x {fault}" for fault, n in load.faults.items()]
        return faults + lost_or_doubled(load, _with_password(cluster.url))


def full(folder: Path, n: int, rng: random.Random) -> list[str]:
    """Let the store not grow, then no file at all, as on a full disk, then make room."""
    with service(folder) as server, Load(server.url, server.key, patience=0) as load:
        load.wait_for(20)
        (worker,) = workers(server)
        # The log of the service would end at the limit as well: ours is far smaller than the store.
        size = (folder / "leadgate.db").stat().st_size
        before = resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        faults = until("a warning", lambda: ready(server).get("warnings") != "", 60)
        load.wait_for(20)
        # Now the spool finds no room either.
        resource.prlimit(worker, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        load.wait_for(20)
        resource.prlimit(worker, resource.RLIMIT_FSIZE, before)
        faults += until("the store", lambda: ready(server).get("warnings") == "", 60)
        load.wait_for(20)
    print(f"  {sum(load.versions.values())} scores, {load.warned} without the store")
    if not load.faults:
        faults.append("something was answered with 202 that nothing could keep")
    # Neither store nor disk could take these.
    allowed = {"activities 503 store_away", "outcomes 503 store_away"}
    print(f"  refused meanwhile: {dict(load.faults)}")
    faults += [f"{n} x {fault}" for fault, n in load.faults.items() if fault not in allowed]
    return faults + lost_or_doubled(load, f"sqlite:///{folder / 'leadgate.db'}")


CASES: dict[str, Callable[[Path, int, random.Random], list[str]]] = {
    "kills": kills,
    "crashes": crashes,
    "promotions": promotions,
    "registry": hanging,
    "postgres": stopped,
    "away": away,
    "disk": full,
}


def run(cases: tuple[str, ...] = tuple(CASES), repeats: int = 3, seed: int = 0) -> Figures:
    """Run the cases; kills, crashes and promotions so many times."""
    # Clients go on with the key that they have when the service is started again.
    os.environ.setdefault(API_KEYS, new_key()[0])
    rows: dict[str, dict[str, Figure]] = {}
    for name in cases:
        folder = Path(tempfile.mkdtemp(prefix="leadgate-faults-"))
        started = time.monotonic()
        faults = CASES[name](folder, repeats, random.Random(seed))
        seconds = time.monotonic() - started
        rows[name] = {"broken": len(faults), "what": "; ".join(faults), "seconds": seconds}
        if faults:
            rows[name]["log"] = str(folder / "log")
        else:
            shutil.rmtree(folder)
    return rows
