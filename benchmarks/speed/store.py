"""Keeping a decision in SQLite, and how often somebody waits for the disk.

The same decision is kept again and again: as SQLite does it by itself, where every thousandth page
the writer brings the log into the file; and as the service does it, with a thread for that.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.inputs.bundles import example_bundle, example_lead
from benchmarks.inputs.services import quantiles
from benchmarks.machinery.catalogue import Figures
from serving.decisions.decider import Decider
from serving.http import requests
from serving.outage.availability import LOOK_SECONDS, Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer
from serving.store import Store

USUAL_TIME = "1 min"
SMALL = {"decisions": 200}
# A pause between two decisions, in which the thread gets its turn.
PAUSE_SECONDS = 0.001
SLOW_SECONDS = 0.010


def decision(folder: Path) -> dict[str, Any]:
    """Take a decision about the example lead, and return its row."""
    scorer = Scorer.load(example_bundle(folder))
    asked = requests.score_request(requests.parse_json(json.dumps(example_lead()).encode()))
    availability = Availability(
        Store(f"sqlite:///{folder / 'example.db'}"), Spool(folder / "spool")
    )
    availability.look()
    Decider(availability).decide(scorer, asked, "example")
    (row,) = availability.store.decisions("example")
    availability.store.connection.close()
    return row


def keep(url: str, row: dict[str, Any], n: int, *, thread_beside: bool) -> np.ndarray:
    """Keep a decision `n` times; return how long each took, in seconds."""
    seconds, ended = np.zeros(n), threading.Event()
    with Store(url) as store:

        def tidy() -> None:
            while not ended.wait(LOOK_SECONDS):
                store.connection.tidy()

        thread = threading.Thread(target=tidy)
        if thread_beside:
            thread.start()
        else:
            with store.connection.reading() as raw:
                raw.execute("PRAGMA wal_autocheckpoint=1000")
        for i in range(n):
            ids = {"decision_id": f"{i:024}", "request_id": str(i), "idempotency_key": None}
            started = time.perf_counter()
            with store.transaction() as transaction:
                transaction.keep({**row, **ids})
            seconds[i] = time.perf_counter() - started
            time.sleep(PAUSE_SECONDS)
        ended.set()
        if thread_beside:
            thread.join()
    return seconds


def run(decisions: int = 6_000) -> Figures:
    """Keep as many decisions either way."""
    result: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        row = decision(Path(scratch))
        for name, thread_beside in (("SQLite by itself", False), ("a thread beside it", True)):
            url = f"sqlite:///{Path(scratch) / f'{thread_beside}.db'}"
            seconds = keep(url, row, decisions, thread_beside=thread_beside)
            over = int((seconds > SLOW_SECONDS).sum())
            result[name] = {**quantiles(seconds), "over_10_ms": over}
    alone = result["SQLite by itself"]["over_10_ms"]
    result["a thread beside it"]["more_over_10_ms"] = (
        result["a thread beside it"]["over_10_ms"] - alone
    )
    return result
