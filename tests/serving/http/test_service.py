"""The service as its users start it: real processes, real sockets."""

import contextlib
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pandas as pd
import pytest

from leadgate.errors import BundleError
from serving.auth.api_keys import hash_key
from serving.process.launch import ServeError, serve
from serving.scoring.scorer import Scorer

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
MAIN = "from leadgate.cli import main; main()"
# What a package reads beside its modules.
DATA = {".toml", ".html", ".css", ".json", ".typed"}
JANE = "jane.doe@example.com"
LEAD = {
    "lead_id": "4711",
    "created_at": "2026-01-01T09:00:00Z",
    "as_of": "2026-01-05T09:00:00Z",
    "Source": "Web",
    "Employees": "25",
    "Email": JANE,
}
# Every process of the service writes down whom it wants to reach, names to be resolved included.
WATCH = """
import os, sys
def watch(event, args):
    if event in ("socket.connect", "socket.sendto"):
        note(f"{event} {args[1]!r}")
    elif event == "socket.getaddrinfo":
        note(f"{event} {args[0]!r}")
def note(text):
    with open(os.environ["WATCH_LOG"], "a") as log:
        log.write(text + "\\n")
note("watching")
sys.addaudithook(watch)
"""


@pytest.fixture(autouse=True)
def importable(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(ROOT))


def post(url, path, content, key):
    request = urllib.request.Request(
        url + path,
        json.dumps(content).encode(),
        {"Content-Type": "application/json", "X-API-Key": key},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def answers(url):
    try:
        urllib.request.urlopen(url + "/livez", timeout=2).close()
    except OSError:
        return False
    return True


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def bentoml_serve(folder, environment, service="serving.http.service:LeadGate"):
    """Run the service as BentoML's users do; its address and its log."""
    port = free_port()
    log = folder / "log"
    command = [sys.executable, "-m", "bentoml", "serve", service]
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*command, "--port", str(port)],
            cwd=folder,
            env={**os.environ, **environment, "BENTOML_HOME": str(folder / "home")},
            stdout=out,
            stderr=out,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        while process.poll() is None and not answers(url):
            time.sleep(0.1)
        yield url, log
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def test_bentoml_serve_answers_like_the_scorer_without_telemetry(bundle, tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text(WATCH)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), str(ROOT)]))
    for name in ("BENTOML_DO_NOT_TRACK", "MLFLOW_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
        monkeypatch.delenv(name, raising=False)
    watched = tmp_path / "watched"
    environment = {"LEADGATE_MODEL": str(bundle), "WATCH_LOG": str(watched)}
    with bentoml_serve(tmp_path, environment) as (url, log):
        key = log.read_text().split("For this run: ")[1].split()[0]
        answer = post(url, "/v1/score", LEAD, key)
    expected = Scorer.load(bundle).score(
        pd.DataFrame([{k: v for k, v in LEAD.items() if k != "as_of"}]), as_of=LEAD["as_of"]
    )
    row = expected.iloc[0].to_dict()
    assert answer.pop("request_id")
    # A call says more: who gets the lead and why, and the size of each reason.
    assert {name: answer[name] for name in row} == pytest.approx(row, abs=1e-12)
    written = log.read_text()
    assert "POST /v1/score 200" in written
    assert JANE not in written
    lines = watched.read_text().splitlines()
    assert lines.count("watching") >= 2
    reached = [line for line in lines if "127.0.0.1" not in line and "::1" not in line]
    assert {line for line in reached if "localhost" not in line} == {"watching"}


def test_serve_starts_workers_that_share_the_key_and_the_metrics(bundle, tmp_path):
    written = tmp_path / "log"
    with (
        written.open("wb") as log,
        serve(model=str(bundle), port=0, workers=2, log=log) as server,
    ):
        assert server.made_key
        assert server.refusal == {}
        sent = 0
        while not all(f"LeadGate:{i}] Model version" in written.read_text() for i in (1, 2)):
            post(server.url, "/v1/score", LEAD, server.key)
            sent += 1
        for _ in range(20):
            post(server.url, "/v1/score", LEAD, server.key)
        request = urllib.request.Request(server.url + "/metrics", headers={"X-API-Key": server.key})
        with urllib.request.urlopen(request, timeout=30) as answer:
            metrics = answer.read().decode()
        count = f'leadgate_requests_total{{path="/v1/score",status="200"}} {sent + 20:.1f}'
        assert count in metrics
        threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()
        assert server.wait() == 0
    assert not server.home.exists()


def test_serve_leaves_nobody_behind_when_it_is_killed(bundle, tmp_path):
    command = [sys.executable, "-c", "from leadgate.cli import main; main()", "serve"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--port", "0", "--model", str(bundle), "--json"],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=log,
        )
    with process:
        url = json.loads(process.stdout.readline())["url"]
        urllib.request.urlopen(url + "/readyz", timeout=30).close()
        process.kill()
    until = time.monotonic() + 30
    while answers(url) and time.monotonic() < until:
        time.sleep(0.1)
    assert not answers(url)


def test_serve_answers_what_is_in_flight_before_it_ends(bundle, tmp_path):
    content = json.dumps(LEAD).encode()
    with (tmp_path / "log").open("wb") as log, serve(model=str(bundle), port=0, log=log) as server:
        host, port = server.url.removeprefix("http://").split(":")
        head = (
            f"POST /v1/score HTTP/1.1\r\nHost: {host}\r\nX-API-Key: {server.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n"
            "Expect: 100-continue\r\nConnection: close\r\n\r\n"
        )
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(head.encode())
            assert connection.recv(1000).startswith(b"HTTP/1.1 100")
            server.process.terminate()
            until = time.monotonic() + 20
            while answers(server.url) and time.monotonic() < until:
                time.sleep(0.1)
            connection.sendall(content)
            answer = b"".join(iter(lambda: connection.recv(10_000), b""))
        assert answer.startswith(b"HTTP/1.1 200")
        assert b'"lead_id": "4711"' in answer
        assert server.process.wait(30) == 0


def test_serve_says_why_there_is_no_model_and_a_large_body_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("LEADGATE_API_KEYS", "mine,older")
    monkeypatch.chdir(tmp_path)
    with (tmp_path / "log").open("wb") as log, serve(port=0, log=log) as server:
        assert (server.key, server.made_key) == ("mine", False)
        assert server.refusal["code"] == "no_champion"
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
        headers = {"X-API-Key": "older", "Content-Type": "application/json"}
        parts = (b" " * 1_000_000 for _ in range(60))
        for body in (b" " * 60_000_000, parts):
            connection.request("POST", "/v1/score", body, headers)
            answer = connection.getresponse()
            assert (answer.status, json.load(answer)["code"]) == (413, "too_large")
        connection.request("GET", "/v1/model", headers=headers)
        assert connection.getresponse().status == 503
        connection.close()


def test_serve_listens_to_other_machines_only_with_a_key(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ServeError, match=r"no API key.*leadgate key new"):
        serve(host="0.0.0.0", port=0)


def test_serve_names_an_address_that_is_taken_or_none(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ServeError, match=f"port {port}: Address already in use"):
            serve(port=port)
    with pytest.raises(ServeError, match="no IP address"):
        serve(host="no host", port=0)


def test_serve_refuses_a_path_without_a_bundle(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BundleError, match=r"\./nosuch: there is no model bundle"):
        serve(model="./nosuch", port=0)
    with pytest.raises(BundleError, match=r"no/such: there is no model bundle"):
        serve(model="no/such", port=0)


def test_serve_knows_no_key_where_only_hashes_are_configured_and_logs_json(bundle, tmp_path):
    config = tmp_path / "leadgate.toml"
    text = '[data]\nleads = "a.csv"\noutcomes = "b.csv"\n[columns]\nlead_id = "LeadId"\n'
    hashes = f'key_hashes = ["score:{hash_key("hashed")}"]'
    config.write_text(f'{text}[serving]\n{hashes}\nlog = "json"\n')
    with (
        (tmp_path / "log").open("wb") as log,
        serve(config, model=str(bundle), port=0, log=log) as server,
    ):
        assert (server.key, server.made_key) == ("", False)
        answer = post(server.url, "/v1/score", LEAD, "hashed")
        assert answer["lead_id"] == "4711"
    # BentoML says a few words before any code of ours runs.
    written = (tmp_path / "log").read_text().splitlines()
    lines = [json.loads(line) for line in written if "[INFO]" not in line]
    (record,) = [line for line in lines if line.get("address") == "/v1/score"]
    assert (record["status"], record["request_id"]) == (200, answer["request_id"])
    assert JANE not in (tmp_path / "log").read_text()


def test_bentoml_build_makes_a_bento_that_serves(bundle, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "")
    home = tmp_path / "home"
    command = [sys.executable, "-m", "bentoml", "build", "--output", "tag", str(ROOT)]
    built = subprocess.run(
        command,
        env={**os.environ, "BENTOML_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    tag = built.stdout.split("__tag__:")[1].split()[0]
    (source,) = (home / "bentos" / "leadgate").glob("*/src")
    tops = {path.name for path in source.iterdir()}
    assert tops == {"leadgate", "features", "serving", "bentofile.yaml"}
    packed = {str(file.relative_to(source)) for file in source.rglob("*") if file.is_file()}
    data = [file for top in tops for file in (ROOT / top).rglob("*") if file.suffix in DATA]
    assert data
    assert {str(file.relative_to(ROOT)) for file in data} <= packed
    # As locked, hashes included, and with the driver of PostgreSQL.
    needed = (source.parent / "env" / "python" / "requirements.txt").read_text()
    assert _pinned((ROOT / "requirements" / "runtime.txt").read_text()) == _pinned(needed)
    assert "psycopg==" in needed
    assert "--hash=sha256:" in needed
    environment = {"LEADGATE_MODEL": str(bundle), "LEADGATE_API_KEYS": "mine"}
    with bentoml_serve(tmp_path, environment, tag) as (url, log):
        assert post(url, "/v1/score", LEAD, "mine")["lead_id"] == "4711"
    assert "For this run" not in log.read_text()


def _pinned(requirements):
    return set(re.findall(r"^[\w.-]+(?:\[\w+\])?==[^ ;\n]+", requirements, re.MULTILINE))


def test_serve_drains_on_sigterm_and_answers_meanwhile(bundle, tmp_path):
    (tmp_path / "leadgate.toml").write_text(
        '[data]\nleads = "a.csv"\n[columns]\nlead_id = "id"\noutcome = "s"\nwon = ["w"]\n'
        '[serving]\nstore = "sqlite:///s.db"\ndrain_seconds = 20\n'
    )
    command = [sys.executable, "-c", MAIN, "serve", "--port", str(port := free_port())]
    command += ["--model", str(bundle), "--config", str(tmp_path / "leadgate.toml")]
    environment = {**os.environ, "LEADGATE_API_KEYS": "mine"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE)
    url = f"http://127.0.0.1:{port}"
    try:
        assert url.encode() in process.stdout.readline()
        said = b"".join(iter(process.stdout.readline, b"Stop it with Ctrl-C.\n")).decode()
        # The example is a call that answers with a readiness.
        lead = json.loads(said.split("-d '")[1].split("'")[0])
        assert 0 < post(url, "/v1/score", lead, "mine")["readiness"] < 1
        process.send_signal(signal.SIGTERM)
        while (status := ready_status(url)) == 200:
            time.sleep(0.05)
        assert status == 503
        assert post(url, "/v1/score", LEAD, "mine")["lead_id"] == "4711"
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stdout.close()


def ready_status(url):
    try:
        with urllib.request.urlopen(f"{url}/readyz", timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
