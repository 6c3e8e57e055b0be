"""The endpoint beside what else could serve the same bundle, and over a long time.

One worker each, real processes, one keep-alive client that asks them in turns: the endpoint with
all it does (key, checks, store, log), `mlflow models serve` with the bundle as it is logged, and
the bare scorer in Starlette. MLflow takes no activities: it gets the lead's fields alone, and gives
no reasons less. Held: at least ten times the requests a second of `mlflow models serve`.

`--soak` then asks the endpoint alone for so many minutes and prints its memory; held is that it
does not grow by more than a tenth after the first fifth, and that no answer takes 50 ms.

    python benchmarks/bench_peers.py [--requests 2000] [--soak MINUTES]
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from benchmarks.bench_serving import CONFIG, Caller, example_bundle, example_lead
from serving.process.launch import serve
from serving.process.server import Server

TARGET_TIMES, TARGET_GROWTH, TARGET_LONGEST_MS = 10.0, 1.1, 50.0
BLOCK = 25
HERE = Path(__file__).resolve().parent


def log_model(bundle: Path, folder: Path) -> Path:
    """Write the bundle as the pyfunc that training logs."""
    warnings.filterwarnings("ignore", module=r"mlflow(\.|$)")
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    import mlflow.pyfunc

    from serving import Scorer

    types = {"number": "double", "string": "string"}
    fields = {**Scorer.load(bundle).attributes, "lead_id": "string", "created_at": "string"}
    schema = [
        mlflow.types.ColSpec(types.get(kind, kind), name, required=False)
        for name, kind in fields.items()
    ]
    path = folder / "pyfunc"
    mlflow.pyfunc.save_model(
        path,
        python_model=str(HERE.parent / "serving" / "pyfunc_model.py"),
        artifacts={"bundle": str(bundle)},
        pip_requirements=["leadgate"],
        signature=mlflow.models.ModelSignature(mlflow.types.Schema(schema)),
    )
    return path


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
                raise SystemExit(f"{command[0]} does not answer: {log.read_text()[-2000:]}")
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


def soak(server: Server, lead: bytes, minutes: float) -> bool:
    """Ask for so many minutes; print memory and times, and tell whether they held."""
    caller = Caller(server.url, "/v1/score", lead, server.key)
    start, sizes = time.monotonic(), []
    print(f"{'minute':>8}{'requests':>10}{'MB':>8}{'p50 ms':>8}{'longest':>9}")
    while (passed := time.monotonic() - start) < minutes * 60:
        before = len(caller.seconds)
        until = min(start + minutes * 60, time.monotonic() + max(minutes * 60 / 20, 1))
        while time.monotonic() < until:
            caller.call(BLOCK)
        ms = np.array(caller.seconds[before:]) * 1e3
        sizes.append(memory(server))
        told = f"{(passed / 60):>8.1f}{len(caller.seconds):>10}{sizes[-1]:>8.1f}"
        print(f"{told}{np.median(ms):>8.2f}{ms.max():>9.1f}", flush=True)
    growth = sizes[-1] / sizes[len(sizes) // 5]
    longest = max(caller.seconds[len(caller.seconds) // 1000 :]) * 1e3
    print(f"memory grew {growth:.3f} times (bound {TARGET_GROWTH:g})")
    print(f"longest {longest:.1f} ms (bound {TARGET_LONGEST_MS:g} on an idle machine)")
    return growth <= TARGET_GROWTH and longest <= TARGET_LONGEST_MS


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


def main() -> int:
    """Run the benchmark; 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2_000)
    parser.add_argument("--soak", type=float, metavar="MINUTES", default=0.0)
    given = parser.parse_args()
    lead = example_lead()
    body = json.dumps(lead).encode()
    fields = {k: v for k, v in lead.items() if k not in ("activities", "as_of")}
    # Its signature says text or double, as the columns of an export are.
    row = {k: float(v) if isinstance(v, int) else v for k, v in fields.items()}
    row["Visits"] = 3.0
    records = json.dumps({"dataframe_records": [row]}).encode()
    held = True
    with tempfile.TemporaryDirectory() as scratch, (Path(scratch) / "log").open("wb") as log:
        folder = Path(scratch)
        os.chdir(folder)
        bundle = example_bundle(folder)
        model = log_model(bundle, folder)
        flags = ["--env-manager", "local", "--workers", "1"]
        mlflow_command = ["mlflow", "models", "serve", "--model-uri", str(model), *flags]
        bare_command = ["uvicorn", "starlette_service:app", "--no-access-log"]
        config = folder / "leadgate.toml"
        config.write_text(CONFIG)
        with serve(config, model=str(bundle), port=0, log=log) as server:
            with (
                process(mlflow_command, "/ping", folder) as mlflow_url,
                process(bare_command, "/readyz", folder, LEADGATE_MODEL=str(bundle)) as bare_url,
            ):
                callers = {
                    "leadgate": Caller(server.url, "/v1/score", body, server.key),
                    "mlflow models serve": Caller(mlflow_url, "/invocations", records),
                    "Starlette, scorer alone": Caller(bare_url, "/v1/score", body),
                }
                for caller in callers.values():
                    caller.call(BLOCK, keep=False)
                for _ in range(0, given.requests, BLOCK):
                    for caller in callers.values():
                        caller.call(BLOCK)
            heads = "".join(f"{head:>8}" for head in ("p50", "p99", "p99.9"))
            print(f"{'ms, one client':<24}{heads}{'longest':>9}{'a second':>10}")
            for name, caller in callers.items():
                print(caller.row(name))
            own, other, _ = (np.mean(caller.seconds) for caller in callers.values())
            times = float(other / own)
            print(f"{times:.1f} times the requests of mlflow models serve (bound {TARGET_TIMES:g})")
            held = times >= TARGET_TIMES
            if given.soak:
                held = soak(server, body, given.soak) and held
    return int(not held)


if __name__ == "__main__":
    sys.exit(main())
