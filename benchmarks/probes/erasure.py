"""What is left of an erased lead: random histories of two replicas, on both stores.

A history is what happens to a lead until it is erased for good: scores, activities, outcomes and
repeated calls at either replica; outages, in which all of it waits on the disks; replicas that end
without a word and begin again; records that are set aside; rejected rows; readers that hold the
write-ahead log; erasures in between. Afterwards the replicas look once more, and no file under
their folders, no file of a SQLite store and no row of PostgreSQL may hold any of its values.
"""

from __future__ import annotations

import json
import logging
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psycopg

from benchmarks.inputs.bundles import example_bundle
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figure, Figures
from features.history.from_records import Activity
from features.parsing.times import now
from leadgate.errors import LeadError, StoreError
from serving.decisions.decider import Decider
from serving.decisions.erasure import QUARANTINE, erase, forget_rows, spool_folder
from serving.http.requests import score_request
from serving.idempotency import CallKey
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.outage.spool_records import activity_records, outcome_records
from serving.scoring.earlier_calls import Outcome
from serving.scoring.scorer import Scorer
from serving.store import Store
from tests import postgres

USUAL_TIME = "5 min"
SMALL = {"repeats": 3, "stores": ("sqlite",)}
NEEDS = (STARTS_SERVERS,)
STEPS = 25


class Replica:
    """One replica: its folder, its store, and what it does about one lead.

    Parameters
    ----------
    token
        Stands in all that is said of the lead, its id included.
    """

    def __init__(self, url: str, folder: Path, scorer: Scorer, token: str) -> None:
        self.url, self.folder, self.scorer, self.token = url, folder, scorer, token
        self.start()

    def start(self) -> None:
        """Begin, over what an earlier process left."""
        self.availability = Availability(
            Store(self.url),
            Spool(spool_folder(self.folder)),
            forget=partial(forget_rows, self.folder),
        )
        self.decider = Decider(self.availability)
        self.availability.look()

    def score(self, rng: random.Random) -> None:
        """Score it, sometimes under a key that was used."""
        body = {
            "lead_id": self.token,
            "created_at": "2026-03-01T08:00:00Z",
            "Source": f"source {self.token}",
            "Employees": rng.randrange(500),
            "activities": [
                {"type": "visit", "occurred_at": "2026-03-02T08:00:00Z", "content": self.token}
            ],
        }
        key = CallKey.of("crm", rng.choice(["", "a", self.token]), "/v1/score", self.token)
        with suppress(LeadError):
            self.decider.decide(self.scorer, score_request(body), f"r{rng.random()}", key)

    def report(self, rng: random.Random) -> None:
        """Keep an activity and an outcome, or let them wait."""
        activity = Activity(now(), now(), "visit", content=f"page {self.token}")
        activities = [(self.token, activity)]
        outcomes = [Outcome(self.token, rng.choice(["won", "lost", "open"]), now())]
        if self.availability.away:
            self.availability.spool(activity_records(activities) + outcome_records(outcomes))
            return
        self.availability.store.add_activities(activities)
        self.availability.store.add_outcomes(outcomes)

    def leave(self, rng: random.Random) -> None:
        """Lose the store until the next look."""
        self.availability.note_away(StoreError("The network is cut."))

    def look(self, rng: random.Random) -> None:
        """Come back, and write what waits."""
        self.availability.look()

    def crash(self, rng: random.Random) -> None:
        """End without a word, in the middle of writing a file anew, and begin again."""
        folder = spool_folder(self.folder)
        if folder.exists() and rng.random() < 0.5:
            (folder / "waiting.scratch").write_text(json.dumps({"lead_id": self.token}) + "\n")
        self.availability.store.connection.close()
        self.start()

    def set_aside(self, rng: random.Random) -> None:
        """Let something wait that the store never takes, and a rejected row."""
        self.availability.spool([{"lead_id": self.token, "received_at": now()}])
        name = self.folder / f"run-{rng.randrange(3)}" / QUARANTINE
        name.parent.mkdir(exist_ok=True)
        name.write_text(f"table,row,lead_id,reason\nleads,1,{self.token},{self.token}\n")

    def erase(self, rng: random.Random) -> None:
        """Erase it; asked again where others hold it."""
        until = time.monotonic() + 10.0
        while True:
            try:
                erase(self.availability.store, self.folder, self.token)
            except StoreError:
                if time.monotonic() > until:
                    raise
            else:
                return


STEP = ("score", "score", "report", "leave", "look", "crash", "set_aside", "erase")


def history(replicas: list[Replica], rng: random.Random) -> None:
    """Let something happen to a lead, and erase it for good."""
    with ExitStack() as readers:
        reader: ExitStack | None = None
        for _ in range(rng.randrange(3, STEPS)):
            getattr(rng.choice(replicas), rng.choice(STEP))(rng)
            if rng.random() < 0.1:
                if reader is not None:
                    reader.close()
                reader = readers.enter_context(ExitStack())
                reader.enter_context(_reading(replicas[0].url))
        rng.choice(replicas).erase(rng)
    for _ in range(2):
        for replica in replicas:
            replica.availability.look()


@contextmanager
def _reading(url: str) -> Iterator[None]:
    """Read one moment of a store for a while."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as raw:
            raw.execute("BEGIN")
            raw.execute("SELECT * FROM leads").fetchall()
            yield
    else:
        with psycopg.connect(url) as raw:
            raw.execute("SELECT * FROM leads").fetchall()
            yield


def left(replicas: list[Replica]) -> list[str]:
    """Return what still holds the token: files by their name, tables."""
    token = replicas[0].token
    files = {path for replica in replicas for path in replica.folder.rglob("*") if path.is_file()}
    places = [path.name for path in files if token.encode() in path.read_bytes()]
    if not replicas[0].url.startswith("sqlite"):
        with psycopg.connect(replicas[0].url) as raw:
            tables = raw.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            ).fetchall()
            for (table,) in tables:
                query = f"SELECT count(*) FROM {table} AS t WHERE t::text LIKE %s"
                row = raw.execute(query.encode(), (f"%{token}%",)).fetchone()
                places += [table] if row and row[0] else []
    return places


@contextmanager
def _quiet() -> Iterator[None]:
    """Let outages go unsaid: they are what this is about."""
    log = logging.getLogger("leadgate.store")
    level = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(level)


def run(
    repeats: int = 500, seed: int = 0, stores: tuple[str, ...] = ("sqlite", "postgresql")
) -> Figures:
    """Go through so many histories on each store."""
    rows: dict[str, dict[str, Figure]] = {}
    with _quiet(), tempfile.TemporaryDirectory() as scratch, ExitStack() as servers:
        scorer = Scorer.load(example_bundle(Path(scratch)))
        url = ""
        if "postgresql" in stores:
            cluster = servers.enter_context(postgres.cluster())
            url = cluster.url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))
        for kind in stores:
            rng, places = random.Random(seed), []
            for n in range(repeats):
                folder = Path(scratch) / f"{kind}-{n}"
                token = f"token{n}x{rng.randrange(10**9)}"
                replicas = _replicas(folder, url if kind == "postgresql" else "", scorer, token)
                history(replicas, rng)
                places += left(replicas)
                for replica in replicas:
                    replica.availability.store.connection.close()
            what = ", ".join(sorted(set(places)))
            rows[kind] = {"histories": repeats, "left": len(places), "where": what}
    return rows


def _replicas(folder: Path, url: str, scorer: Scorer, token: str) -> list[Replica]:
    """Return two replicas: of one folder and file with SQLite, of one database else."""
    replicas = []
    for number in range(2):
        own = folder / (f"replica-{number}" if url else "")
        own.mkdir(parents=True, exist_ok=True)
        replicas.append(Replica(url or f"sqlite:///{own / 'leadgate.db'}", own, scorer, token))
    return replicas
