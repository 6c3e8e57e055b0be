"""The endpoint over a long time: its memory, and its longest answer."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.inputs.bundles import CONFIG, example_bundle, example_lead
from benchmarks.inputs.services import BLOCK, Caller, memory, quantiles
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figures
from serving.process.launch import serve

USUAL_TIME = "30 min"
SMALL = {"minutes": 0.05}
NEEDS = (STARTS_SERVERS,)
PARTS = 20


def run(minutes: float = 30.0) -> Figures:
    """Ask for so many minutes; `growth` is of the memory after the first fifth."""
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        folder = Path(scratch)
        config = folder / "leadgate.toml"
        config.write_text(CONFIG)
        with serve(config, model=str(example_bundle(folder)), port=0, log=log) as server:
            lead = json.dumps(example_lead()).encode()
            caller, sizes = Caller(server.url, "/v1/score", lead, server.key), []
            for _ in range(PARTS):
                end = time.monotonic() + minutes * 60 / PARTS
                while time.monotonic() < end:
                    caller.call(BLOCK)
                sizes.append(memory(server))
    # The first thousandth warms up.
    seconds = np.array(caller.seconds[len(caller.seconds) // 1_000 :])
    growth = sizes[-1] / sizes[len(sizes) // 5]
    return {
        "endpoint": {
            "requests": len(caller.seconds), "first_mb": sizes[0], "last_mb": sizes[-1],
            "growth": growth, **quantiles(seconds),
        }
    }  # fmt: skip
