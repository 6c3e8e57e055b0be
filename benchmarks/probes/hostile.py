"""Bad requests without end: each is the client's fault, in one shape, with a request id.

A real service with a real store, on SQLite and on PostgreSQL where there is one, is sent generated
requests, all well-formed as HTTP. Held: no
answer of 500 and above, every fault is a problem document with the id that its header names, and
neither an answer nor the log holds the value that stands in every request.
"""

from __future__ import annotations

import http.client
import json
import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.inputs.bundles import CONFIG, example_bundle
from benchmarks.inputs.hostile_requests import SECRET, Hostile, requests
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figure, Figures
from benchmarks.probes.faults import ready
from serving.process.launch import serve
from tests import postgres

USUAL_TIME = "1 min"
SMALL = {"requests_sent": 100}
NEEDS = (STARTS_SERVERS,)
PROBLEM = {"type", "title", "status", "code", "detail", "field", "request_id"}


class Prober:
    """One connection that sends hostile requests and notes what is wrong with the answers."""

    def __init__(self, url: str, key: str) -> None:
        self._key = key
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        self.counts: dict[str, Counter[int]] = {}
        self.faults: Counter[str] = Counter()

    def send(self, hostile: Hostile) -> None:
        """Send one request and check its answer."""
        head = {"Content-Type": "application/json", "X-API-Key": self._key} | hostile.headers
        head = {name: value for name, value in head.items() if value}
        try:
            self._connection.request(hostile.method, hostile.target, hostile.body, head)
            answer = self._connection.getresponse()
            content = answer.read()
        except (http.client.HTTPException, OSError) as error:
            self._connection.close()
            self.faults[f"{hostile.kind}: no answer ({type(error).__name__})"] += 1
            return
        self.counts.setdefault(hostile.kind, Counter())[answer.status] += 1
        for fault in _faults(answer, content):
            self.faults[f"{hostile.kind}, {hostile.method}: {fault}"] += 1


def _faults(answer: http.client.HTTPResponse, content: bytes) -> list[str]:
    own_id = answer.headers.get("x-request-id", "")
    faults = [] if own_id else ["no request id"]
    if answer.status >= 500:
        faults.append(f"status {answer.status}")
    if answer.status >= 400:
        problem = json.loads(content) if content.startswith(b"{") else dict.fromkeys(PROBLEM)
        stated = {"status": answer.status, "request_id": own_id}
        if set(problem) != PROBLEM or not stated.items() <= problem.items():
            faults.append(f"no problem document with status {answer.status}")
        if SECRET.encode() in content:
            faults.append("the value in a problem")
    return faults


def run(requests_sent: int = 2_000, seed: int = 0) -> Figures:
    """Send as many requests to each store."""
    rows: dict[str, dict[str, Figure]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        rows |= _sent(Path(scratch), "SQLite", CONFIG, requests_sent, seed)
    if postgres.programs():
        os.environ["CRM_PASSWORD"] = postgres.PASSWORD
        with tempfile.TemporaryDirectory() as scratch, postgres.cluster() as cluster:
            config = f'{CONFIG}[serving]\nstore = "{cluster.url}"\n'
            rows |= _sent(Path(scratch), "PostgreSQL", config, requests_sent, seed)
    return rows


def _sent(
    folder: Path, store: str, config_text: str, requests_sent: int, seed: int
) -> dict[str, dict[str, Figure]]:
    """Send requests to a service with a store; return what came of each kind, and of all."""
    log_path, config = folder / "log", folder / "leadgate.toml"
    config.write_text(config_text)
    with (
        log_path.open("wb") as log,
        serve(config, model=str(example_bundle(folder)), port=0, log=log) as server,
    ):
        prober = Prober(server.url, server.key)
        started = time.perf_counter()
        for hostile in requests(requests_sent, seed):
            prober.send(hostile)
        seconds = time.perf_counter() - started
        there = ready(server).get("store") == "there"
    text = log_path.read_text(encoding="utf-8", errors="replace")
    rows: dict[str, dict[str, Figure]] = {
        f"{kind}, {store}": {"requests": sum(statuses.values()), "statuses": _counts(statuses)}
        for kind, statuses in sorted(prober.counts.items())
    }
    faults = "; ".join(f"{n} x {fault}" for fault, n in prober.faults.most_common(20))
    rows[f"all, {store}"] = {
        "requests": requests_sent, "seconds": seconds, "faults": sum(prober.faults.values()),
        "what": faults, "value_in_log": text.count(SECRET), "store_lost": int(not there),
        "defects": text.count("leadgate.error"), "tracebacks": text.count("Traceback"),
    }  # fmt: skip
    return rows


def _counts(statuses: Counter[int]) -> str:
    return ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items()))
