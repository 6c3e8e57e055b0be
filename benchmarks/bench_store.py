"""How long it takes to keep a decision in SQLite, and how often somebody waits for the disk.

The same decision is kept again and again: as SQLite does it by itself, where every thousandth page
the writer brings the log into the file; and as the service does it, with a thread for that.

    python benchmarks/bench_store.py [--decisions 6000]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.bench_serving import example_bundle, example_lead
from serving.decisions.decider import Decider
from serving.http import requests
from serving.scoring.scorer import Scorer
from serving.store import Store
from serving.store.availability import LOOK_SECONDS, Availability
from serving.store.spool import Spool

# A pause between two decisions, in which the thread gets its turn.
PAUSE_SECONDS = 0.001
SLOW_MS = 10.0


def decision(folder: Path) -> dict[str, Any]:
    """Take a decision about the example lead, and return its row."""
    scorer = Scorer.load(example_bundle(folder))
    asked = requests.score_request(requests.parse_json(json.dumps(example_lead()).encode()))
    availability = Availability(Store(f"sqlite:///{folder / 'one.db'}"), Spool(folder / "spool"))
    availability.look()
    Decider(availability).decide(scorer, asked, "one")
    (row,) = availability.store.decisions("one")
    availability.store.connection.close()
    return row


def keep(url: str, row: dict[str, Any], n: int, *, tidied: bool) -> np.ndarray:
    """Keep a decision `n` times; return how long each took, in ms."""
    taken, ended = np.zeros(n), threading.Event()
    with Store(url) as store:

        def tidy() -> None:
            while not ended.wait(LOOK_SECONDS):
                store.connection.tidy()

        thread = threading.Thread(target=tidy)
        if tidied:
            thread.start()
        else:
            with store.connection.reading() as raw:
                raw.execute("PRAGMA wal_autocheckpoint=1000")
        for i in range(n):
            one = {**row, "decision_id": f"{i:024}", "request_id": str(i), "idempotency_key": None}
            started = time.perf_counter()
            with store.transaction() as transaction:
                transaction.keep(one)
            taken[i] = time.perf_counter() - started
            time.sleep(PAUSE_SECONDS)
        ended.set()
        if tidied:
            thread.join()
    return taken * 1e3


def main() -> int:
    """Run the benchmark; 1 when the thread does not help."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=6_000)
    given = parser.parse_args()
    slow = {}
    print(f"{'ms':<26}{'p50':>8}{'p99':>8}{'p99.9':>8}{'longest':>9}{'over 10':>9}")
    with tempfile.TemporaryDirectory() as scratch:
        row = decision(Path(scratch))
        for name, tidied in (("SQLite by itself", False), ("a thread beside it", True)):
            url = f"sqlite:///{Path(scratch) / f'{tidied}.db'}"
            ms = keep(url, row, given.decisions, tidied=tidied)
            p50, p99, p999 = np.quantile(ms, [0.5, 0.99, 0.999])
            slow[tidied] = int((ms > SLOW_MS).sum())
            print(f"{name:<26}{p50:8.2f}{p99:8.2f}{p999:8.2f}{ms.max():9.1f}{slow[tidied]:9}")
    return int(slow[True] > slow[False])


if __name__ == "__main__":
    sys.exit(main())
