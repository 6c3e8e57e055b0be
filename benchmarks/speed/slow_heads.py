"""A score while hundreds of connections send a head that never ends.

One process, one client: blocks of requests alone and beside the slow connections, in turns, so that
whatever else the machine does hits both.
"""

from __future__ import annotations

import json
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.inputs.bundles import CONFIG, example_bundle, example_lead
from benchmarks.inputs.services import BLOCK, Caller
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figures
from serving.process.launch import serve

USUAL_TIME = "1 min"
SMALL = {"requests": 50, "connections": 50}
NEEDS = (STARTS_SERVERS,)


def run(requests: int = 1_000, connections: int = 500) -> Figures:
    """Ask alone and beside `connections` that send their heads a letter at a time."""
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        config = Path(scratch) / "leadgate.toml"
        config.write_text(CONFIG)
        bundle = str(example_bundle(Path(scratch)))
        with serve(config, model=bundle, port=0, log=log) as server:
            body = json.dumps(example_lead()).encode()
            alone, beside = (Caller(server.url, "/v1/score", body, server.key) for _ in range(2))
            alone.call(BLOCK, keep=False)
            for _ in range(0, requests, BLOCK):
                alone.call(BLOCK)
                with _slow(server.url, connections):
                    beside.call(BLOCK)
    of_both = alone.figures(), beside.figures()
    ratios = {name: of_both[1][name] / of_both[0][name] for name in ("p50_ms", "p99_ms")}
    return {
        "alone": of_both[0],
        f"beside {connections} slow heads": of_both[1],
        "ratio": {"p50": ratios["p50_ms"], "p99": ratios["p99_ms"]},
    }


@contextmanager
def _slow(url: str, n: int) -> Iterator[None]:
    address = urlsplit(url)
    with ExitStack() as stack:
        opened = [
            stack.enter_context(socket.create_connection((address.hostname, address.port)))
            for _ in range(n)
        ]
        for connection in opened:
            connection.sendall(b"POST /v1/score HTTP/1.1\r\nX-A: ")
        yield
        for connection in opened:
            # It may have been ended meanwhile.
            with suppress(OSError):
                connection.sendall(b"a")
