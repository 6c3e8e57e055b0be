"""How long a decision takes over HTTP, beside a BentoML endpoint that does nothing.

Both services run as real processes with one worker; one keep-alive client asks them in turns, so
that whatever else the machine does hits both. A decision is kept in a store before it is answered.
There are two aims, and the end says of each whether it was met: the median of an explained, stored
score is at most 1.5 times that of the empty endpoint, and no answer takes more than 50 ms. They are
meant for an idle machine; what else runs slows down both services and makes longest answers longer.

    python benchmarks/bench_serving.py [--requests 10000] [--model BUNDLE --lead LEAD.json]
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import lightgbm
import numpy as np
import pandas as pd

from features import FeatureSet, LeadHistory
from leadgate.bundle.bundle import write_bundle
from leadgate.model import AdditiveMember, Blend, BoostedMember, Calibration, Model, Shape
from leadgate.policy import Policy
from serving.process.launch import serve

AIM_RATIO, AIM_LONGEST_MS = 1.5, 50.0
BLOCK = 250
# The model is given; the configuration names the store, a SQLite file beside it.
CONFIG = '[data]\nleads = "-"\noutcomes = "-"\n[columns]\nlead_id = "lead_id"\n'
TYPES = ("pricing_view", "webinar", "newsletter", "demo_request", "comparison", "call")


def example_bundle(folder: Path) -> Path:
    """Write a model of the usual size: two blended members, a dozen columns, six activities."""
    rng = np.random.default_rng(7)
    n = 1_000
    created = pd.date_range("2025-01-01", periods=n, freq="6h", tz="UTC", unit="us")
    leads = pd.DataFrame({"lead_id": [f"L{i:04}" for i in range(n)], "created_at": created})
    for name in ("Employees", "Revenue", "Visits", "Age"):
        leads[name] = rng.integers(1, 999, n).astype(str)
    for name in ("Source", "Industry", "Region", "Title"):
        leads[name] = rng.choice(list("ABCDEFGH"), n)
    of = rng.integers(0, n, 20 * n)
    occurred = created[of] + pd.to_timedelta(rng.uniform(0, 90, of.size), unit="D").as_unit("us")
    ids = leads["lead_id"].to_numpy()[of]
    kinds = rng.choice(TYPES, of.size)
    activities = pd.DataFrame({"lead_id": ids, "type": kinds, "occurred_at": occurred})
    history = LeadHistory.from_tables(leads, activities)
    snapshots = history.snapshots([0, 30])
    feature_set = FeatureSet().fit(history, snapshots)
    X = feature_set.transform(history, snapshots).to_numpy()
    signal = np.nan_to_num(X[:, 0]) / 500 + rng.normal(size=len(X)) > 1.5
    data = lightgbm.Dataset(X, signal.astype(float), params={"verbosity": -1})
    sizes = {"num_leaves": 8, "num_threads": 1, "verbosity": -1, "objective": "binary"}
    booster = lightgbm.train(sizes, data, 60).model_to_string()
    shapes = [_shape(rng, column) for column in X.T]
    members = [BoostedMember(booster), AdditiveMember(shapes, -1.0)]
    model = Model(Blend(members, [0.5, 0.5], 0.0), Calibration(0.0, 1.0, np.eye(2) * 0.01))
    columns = {"lead_id": "lead_id", "created_at": "created_at"}
    return write_bundle(
        folder / "bundle",
        features=feature_set.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.2, leads_per_week=28.0),
        meta={"horizon_days": 90.0, "export": {"columns": columns, "data": {"leads": "-"}}},
        card="",
        low=np.nanmin(X, axis=0),
        high=np.nanmax(X, axis=0),
    )


def example_lead() -> dict[str, object]:
    """Return a lead of that model with twenty activities."""
    texts = {"Source": "A", "Industry": "B", "Region": "C", "Title": "D"}
    numbers = {"Employees": 250, "Revenue": 17, "Visits": "3", "Age": 44}
    days = range(1, 21)
    activities = [
        {"type": TYPES[day % len(TYPES)], "occurred_at": f"2026-03-{day:02}T09:30:00Z"}
        for day in days
    ]
    when = {"created_at": "2026-03-01T08:00:00Z", "as_of": "2026-03-25T08:00:00Z"}
    return {"lead_id": "4711", **when, **texts, **numbers, "activities": activities}


def _shape(rng: np.random.Generator, column: np.ndarray) -> Shape:
    knots = np.unique(np.nanquantile(column, np.linspace(0, 1, 6)))
    return Shape(knots.tolist(), rng.normal(scale=0.3, size=knots.size).tolist(), 0.0)


@contextmanager
def empty_service(folder: Path) -> Iterator[str]:
    """Run the empty service on a free port and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "bentoml", "serve", "empty_service:Empty"]
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(port)],
        cwd=Path(__file__).resolve().parent,
        env={**os.environ, "BENTOML_HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            try:
                urllib.request.urlopen(url + "/readyz", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait()


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
                raise SystemExit(f"{self._path} answered {answer.status}: {content[:300]!r}")
            if keep:
                self.seconds.append(taken)

    def row(self, name: str) -> str:
        """Return one line of the table."""
        ms = np.array(self.seconds) * 1e3
        p50, p99, p999 = np.quantile(ms, [0.5, 0.99, 0.999])
        rate = 1e3 / ms.mean()
        return f"{name:<24}{p50:8.2f}{p99:8.2f}{p999:8.2f}{ms.max():9.1f}{rate:10.0f}"


def told(met: bool) -> str:
    """Say what became of an aim."""
    return "met" if met else "MISSED"


def main() -> int:
    """Run the benchmark; 1 when an aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--model", help="a bundle directory; left out: a made-up one")
    parser.add_argument("--lead", type=Path, help="a JSON file with a lead of that model")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        folder = Path(scratch)
        model = given.model or str(example_bundle(folder))
        config = folder / "leadgate.toml"
        config.write_text(CONFIG)
        lead = json.loads(given.lead.read_text()) if given.lead else example_lead()
        with (
            serve(config, model=model, port=0, log=log) as server,
            empty_service(folder) as url,
        ):
            score = Caller(server.url, "/v1/score", json.dumps(lead).encode(), server.key)
            empty = Caller(url, "/nothing", b"{}")
            for caller in (score, empty):
                caller.call(BLOCK, keep=False)
            for _ in range(0, given.requests, BLOCK):
                for caller in (score, empty):
                    caller.call(BLOCK)
    ratio = float(np.median(score.seconds) / np.median(empty.seconds))
    longest = max(score.seconds) * 1e3
    print(f"{'ms, one client':<24}{'p50':>8}{'p99':>8}{'p99.9':>8}{'longest':>9}{'a second':>10}")
    print(score.row("/v1/score, stored"))
    print(empty.row("BentoML, empty"))
    near, short = ratio <= AIM_RATIO, longest <= AIM_LONGEST_MS
    print(f"median {ratio:.2f} times the empty endpoint's: aim {AIM_RATIO:g} {told(near)}")
    print(f"longest of {len(score.seconds)} {longest:.1f} ms: aim {AIM_LONGEST_MS:g} {told(short)}")
    return int(not (near and short))


if __name__ == "__main__":
    sys.exit(main())
