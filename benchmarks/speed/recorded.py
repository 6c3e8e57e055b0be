"""Recorded decisions about a file, for each lead, beside a call for each.

Both are about new leads with the same fields and activities, by the same model, kept in an SQLite
store of their own: once as ``leadgate score --record`` decides, once over HTTP, by one client.
"""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path

import pandas as pd

from benchmarks.inputs.bundles import CONFIG, example_bundle, example_lead
from benchmarks.inputs.replicas import ask
from benchmarks.machinery.catalogue import STARTS_SERVERS, Figures
from serving.batch.score_file import score_file
from serving.process.launch import serve
from serving.scoring.scorer import Scorer
from serving.store import Store

USUAL_TIME = "30 s"
SMALL = {"leads": 50, "seconds": 0.5}
NEEDS = (STARTS_SERVERS,)


def run(leads: int = 2_000, seconds: float = 8.0) -> Figures:
    """Record a file of so many leads, and call for so long."""
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        folder = Path(scratch)
        config, bundle = folder / "leadgate.toml", example_bundle(folder)
        config.write_text(CONFIG)
        with serve(config, model=str(bundle), port=0, log=log) as server:
            where = [(server.url, server.key)]
            ask(where, _body, "warm", min(1.0, seconds), 1)
            answers = ask(where, _body, "call", seconds, 1)
        call = answers.lasted / answers.statuses[200]
        lead = _recorded(folder, bundle, leads)
    return {
        "calls": {"a_second": 1 / call, "ms_a_lead": 1e3 * call},
        "score --record": {"a_second": 1 / lead, "ms_a_lead": 1e3 * lead, "ratio": call / lead},
    }


def _body(name: str) -> bytes:
    return json.dumps({**example_lead(), "lead_id": name}).encode()


def _recorded(folder: Path, bundle: Path, n: int) -> float:
    """Return the seconds for each of so many leads of a file."""
    lead = example_lead()
    given, as_of = pd.DataFrame(lead.pop("activities")), str(lead.pop("as_of"))
    names = [f"row-{place}" for place in range(n)]
    source, activities = folder / "new.csv", folder / "activities.csv"
    pd.DataFrame([{**lead, "lead_id": name} for name in names]).to_csv(source, index=False)
    pd.concat([given.assign(lead_id=name) for name in names]).to_csv(activities, index=False)
    scorer = Scorer.load(bundle)
    with Store(f"sqlite:///{folder / 'recorded.db'}") as store:
        began = time.perf_counter()
        scored = score_file(
            scorer, source, folder / "scores.csv", activities=[activities], as_of=as_of, store=store
        )
        taken = time.perf_counter() - began
        decided = sum(scored.decisions.values())
        if decided != n:
            raise RuntimeError(f"{decided} of {n} leads were decided on")
    return taken / n
