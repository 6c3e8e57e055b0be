"""A decision over HTTP beside a BentoML endpoint that does nothing.

Both services run as real processes with one worker; one keep-alive client asks them in turns, so
that whatever else the machine does hits both. A decision is kept in a store before it is answered.
The aims are meant for an idle machine: what else runs makes the longest answers longer.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from benchmarks.inputs.bundles import CONFIG, example_bundle, example_lead
from benchmarks.inputs.services import Caller, in_turns, process
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figures
from serving.process.launch import serve

USUAL_TIME = "2 min"
SMALL = {"requests": 50}
NEEDS = (STARTS_SERVERS,)


def run(requests: int = 10_000, model: str = "", lead: str = "") -> Figures:
    """Ask both; `model` is a bundle of one's own and `lead` a JSON file with a lead of it."""
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        folder = Path(scratch)
        config = folder / "leadgate.toml"
        config.write_text(CONFIG)
        body = Path(lead).read_bytes() if lead else json.dumps(example_lead()).encode()
        bundle = model or str(example_bundle(folder))
        command = ["bentoml", "serve", "empty_service:Empty"]
        with (
            serve(config, model=bundle, port=0, log=log) as server,
            process(command, "/readyz", folder, BENTOML_HOME=str(folder)) as url,
        ):
            score = Caller(server.url, "/v1/score", body, server.key)
            empty = Caller(url, "/nothing", b"{}")
            in_turns((score, empty), requests)
    own, other = score.figures(), empty.figures()
    return {
        "score, stored": {**own, "median_ratio": own["p50_ms"] / other["p50_ms"]},
        "BentoML, empty": other,
    }
