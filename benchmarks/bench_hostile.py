"""Bad requests without end: each is the client's fault, in one shape, with a request id.

A real service with a real store is sent generated requests, all well-formed as HTTP. Held: no
answer of 500 and above, every fault is a problem document with the id that its header names, and
neither an answer nor the log holds the value that stands in every request.

    python benchmarks/bench_hostile.py [--requests 2000] [--seed 0]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.bench_serving import CONFIG, example_bundle
from benchmarks.hostile import SECRET, Hostile, requests
from serving.process.launch import serve

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
        told = json.loads(content) if content.startswith(b"{") else {}
        if set(told) != PROBLEM or told["status"] != answer.status or told["request_id"] != own_id:
            faults.append(f"no problem document with status {answer.status}")
        if SECRET.encode() in content:
            faults.append("the value in a problem")
    return faults


def main() -> int:
    """Run the benchmark; 1 when a rule is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.chdir(folder)
        log_path, config = folder / "log", folder / "leadgate.toml"
        config.write_text(CONFIG)
        with (
            log_path.open("wb") as log,
            serve(config, model=str(example_bundle(folder)), port=0, log=log) as server,
        ):
            prober = Prober(server.url, server.key)
            started = time.perf_counter()
            for hostile in requests(given.requests, given.seed):
                prober.send(hostile)
            seconds = time.perf_counter() - started
        leaked = log_path.read_bytes().count(SECRET.encode())
        defects = log_path.read_text().count("leadgate.error")
        tracebacks = log_path.read_text().count("Traceback")
    for kind, statuses in sorted(prober.counts.items()):
        told = ", ".join(f"{status}: {n}" for status, n in sorted(statuses.items()))
        print(f"{kind:<16}{sum(statuses.values()):>8}  {told}")
    print(f"{given.requests} requests in {seconds:.0f} s; faults {sum(prober.faults.values())}")
    for fault, n in prober.faults.most_common(20):
        print(f"  {n} x {fault}")
    print(f"the value in the log: {leaked}; defects {defects}; tracebacks {tracebacks}")
    return int(bool(prober.faults) or leaked > 0 or defects > 0 or tracebacks > 0)


if __name__ == "__main__":
    sys.exit(main())
