"""Services that are measured: started, asked again and again, and weighed."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np

from serving.process.server import Server

HERE = Path(__file__).resolve().parent
# Each caller in turns of so many requests, so that what else the machine does falls on all.
BLOCK = 25


@contextmanager
def process(command: Sequence[str], probe: str, folder: Path, **environment: str) -> Iterator[str]:
    """Run a server on a free port, wait for its probe and yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / f"log-{port}"
    # `mlflow models serve` looks for uvicorn on the path, which an environment need not be on.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with log.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", *command, "--host", "127.0.0.1", "--port", str(port)],
            cwd=HERE, env={**os.environ, "PATH": path, **environment}, stdout=out, stderr=out,
            start_new_session=True,
        )  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + 120
        while not _answers(url + probe):
            if running.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"{command[0]} does not answer: {log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield url
    finally:
        os.killpg(running.pid, 15)
        running.wait(30)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except OSError:
        return False
    return True


class Caller:
    """One keep-alive connection that sends the same request again and again."""

    def __init__(self, url: str, path: str, body: bytes, key: str = "") -> None:
        self._connection = http.client.HTTPConnection(urlsplit(url).netloc)
        self._path, self._body = path, body
        self._headers = {"Content-Type": "application/json", "X-API-Key": key}
        self.seconds: list[float] = []

    def call(self, n: int, *, keep: bool = True) -> None:
        """Send the request `n` times, keeping how long each took."""
        # Between two blocks the service may have closed a connection that nobody used.
        self._connection.close()
        self._connection.connect()
        for _ in range(n):
            started = time.perf_counter()
            self._connection.request("POST", self._path, self._body, self._headers)
            answer = self._connection.getresponse()
            content = answer.read()
            taken = time.perf_counter() - started
            if answer.status != 200:
                raise RuntimeError(f"{self._path} answered {answer.status}: {content[:300]!r}")
            if keep:
                self.seconds.append(taken)

    def figures(self) -> dict[str, float]:
        """Return quantiles in ms and requests a second."""
        return {**quantiles(np.array(self.seconds)), "a_second": 1 / float(np.mean(self.seconds))}


def quantiles(seconds: np.ndarray) -> dict[str, float]:
    """Return median, 99 % and 99.9 % quantile and the longest, in ms."""
    ms = 1e3 * seconds
    p50, p99, p999 = np.quantile(ms, [0.5, 0.99, 0.999]).tolist()
    return {"p50_ms": p50, "p99_ms": p99, "p999_ms": p999, "longest_ms": float(ms.max())}


def in_turns(callers: Iterable[Caller], requests: int) -> None:
    """Let callers ask in turns, after one block each that does not count."""
    callers = list(callers)
    for caller in callers:
        caller.call(min(BLOCK, requests), keep=False)
    for _ in range(0, requests, BLOCK):
        for caller in callers:
            caller.call(min(BLOCK, requests))


def workers(server: Server) -> list[int]:
    """Return the process ids of a service's workers."""
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    running = (pid for pid in children.read_text().split() if _state(pid) != "Z")
    return [int(pid) for pid in running]


def _state(pid: str) -> str:
    """Return the state of a process; Z when it has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "Z"


def memory(server: Server) -> float:
    """Return the megabytes that the workers hold alone."""
    lines = [
        line.split()
        for pid in workers(server)
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    ]
    return sum(int(line[1]) for line in lines if line[0].startswith("Private_")) / 1024
