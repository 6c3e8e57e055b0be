"""Decisions kept in a PostgreSQL that is a millisecond away, beside a bare insert of their rows.

Worker processes, each with its own store, decide on new leads with 33 activities each, as those of
a service do; before the server stands a proxy that adds its time to each round trip. Then one
process inserts the same number of rows by itself, a transaction a lead.
"""

from __future__ import annotations

import json
import multiprocessing
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import numpy as np
import psycopg

from benchmarks.inputs.bundles import example_bundle, example_lead
from benchmarks.inputs.distance import distant
from benchmarks.inputs.services import quantiles
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figures
from serving.decisions.decider import Decider
from serving.http import requests
from serving.idempotency import NO_KEY
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer
from serving.store import Store
from serving.store.patience import arrival
from tests import postgres

USUAL_TIME = "1 min"
SMALL = {"leads": 4, "workers": 1}
NEEDS = (STARTS_SERVERS,)
ACTIVITIES = 33


def lead(name: str) -> bytes:
    """Return the body of a request about a new lead."""
    activities = [
        {"type": "visit", "occurred_at": f"2026-02-02T09:00:{n:02}Z", "activity_id": f"{name}-{n}"}
        for n in range(ACTIVITIES)
    ]
    return json.dumps({**example_lead(), "lead_id": name, "activities": activities}).encode()


def decide(
    url: str, bundle: Path, folder: Path, worker: int, leads: int
) -> tuple[list[float], float, float]:
    """Decide on so many leads; return how long each took, in seconds, and from when to when."""
    availability = Availability(Store(url), Spool(folder / f"spool-{worker}"))
    availability.look()
    decider, scorer, seconds = Decider(availability), Scorer.load(bundle), []
    for n in range(leads + 1):
        body = lead(f"{worker}-{n}")
        started = time.perf_counter()
        request = requests.score_request(requests.parse_json(body))
        decider.decide(scorer, request, f"{worker}-{n}", NO_KEY, arrival())
        seconds.append(time.perf_counter() - started)
    if availability.away:
        raise RuntimeError("a decision was taken without the store")
    availability.store.connection.close()
    # The first one opens the store and keeps the model.
    ended = time.monotonic()
    return seconds[1:], ended - sum(seconds[1:]), ended


def insert(url: str, leads: int) -> float:
    """Insert the rows of so many leads, a transaction each; return the seconds of all."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE bare (lead_id text, content text)")
        started = time.perf_counter()
        for n in range(leads):
            rows = [(str(n), "x" * 100)] * (ACTIVITIES + 3)
            with connection.transaction(), connection.cursor() as cursor:
                cursor.executemany("INSERT INTO bare VALUES (%s, %s)", rows)
        return time.perf_counter() - started


def run(leads: int = 500, workers: int = 4, milliseconds: float = 1.0) -> Figures:
    """Decide on so many leads in each worker, the server so far away."""
    with tempfile.TemporaryDirectory() as scratch, postgres.cluster() as cluster:
        folder = Path(scratch)
        bundle = example_bundle(folder)
        secret = quote(postgres.PASSWORD, safe="")
        with distant(cluster.url.replace("${CRM_PASSWORD}", secret), milliseconds / 1e3) as way:
            Store(way.url).connection.open()
            tasks = [(way.url, bundle, folder, worker, leads) for worker in range(workers)]
            with multiprocessing.get_context("spawn").Pool(workers) as pool:
                seconds, began, ended = zip(*pool.starmap(decide, tasks, chunksize=1), strict=True)
            bare = insert(way.url, leads)
    rate, of_rows = leads * workers / (max(ended) - min(began)), leads / bare
    return {
        "decisions": {
            **quantiles(np.concatenate(seconds)), "a_second": rate, "ratio": rate / of_rows
        },
        "bare rows, one connection": {"a_second": of_rows},
    }  # fmt: skip
