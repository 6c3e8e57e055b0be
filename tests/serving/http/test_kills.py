"""What was acknowledged is kept, once: a service that is killed, a store that goes away."""

import contextlib
import http.client
import itertools
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import quote

import pytest

from serving.store import Store, read_tables
from tests import postgres
from tests.serving.http.test_service import free_port

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[3]
KILLS = 5
CONFIG = """
[data]
leads = "-"
outcomes = "-"
[columns]
lead_id = "LeadId"
[serving]
store = "{}"
"""
HEADERS = {"X-API-Key": "mine", "Content-Type": "application/json"}
LEAD = {"CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web", "Employees": 25}


@pytest.fixture
def service(bundle, tmp_path, monkeypatch):
    """Start a service; the same port every time."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    port, running = free_port(), []

    def start(store="sqlite:///leadgate.db"):
        (tmp_path / "leadgate.toml").write_text(CONFIG.format(store))
        command = [sys.executable, str(Path(__file__).with_name("stored_service.py"))]
        with (tmp_path / "log").open("ab") as log:
            process = subprocess.Popen(
                [*command, str(tmp_path), str(bundle), str(port)], stdout=log, stderr=log
            )
        running.append(process)
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError):
                if call(port, "GET", "/readyz")[0] == 200:
                    return port, process
            time.sleep(0.05)
        raise AssertionError((tmp_path / "log").read_text())

    yield start
    for process in running:
        process.kill()
        process.wait()


def call(port, method, path, content=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        body = None if content is None else json.dumps(content)
        connection.request(method, path, body, HEADERS)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read() or b"{}")
    finally:
        connection.close()


class Load:
    """Sends leads, activities and outcomes, and notes what was acknowledged."""

    def __init__(self, port) -> None:
        self.port, self.numbers = port, itertools.count()
        self.answered, self.refused = 0, []
        self.decided, self.visits, self.closed = set(), set(), set()
        self.stopped = threading.Event()

    def run(self):
        while not self.stopped.is_set():
            lead_id = f"L{next(self.numbers)}"
            try:
                self.send(lead_id)
            except (OSError, http.client.HTTPException, ValueError):
                # Not acknowledged, so nothing is promised.
                time.sleep(0.01)

    def send(self, lead_id):
        status, answer = call(self.port, "POST", "/v1/score", {"lead_id": lead_id, **LEAD})
        self.note(status, self.decided, answer.get("request_id"))
        visit = {"lead_id": lead_id, "type": "visit", "occurred_at": "2026-01-02T09:00:00Z"}
        status, _ = call(self.port, "POST", "/v1/activities", {"activities": [visit]})
        self.note(status, self.visits, lead_id)
        lost = {"lead_id": lead_id, "outcome": "lost", "closed_at": "2026-02-02T09:00:00Z"}
        status, _ = call(self.port, "POST", "/v1/outcomes", {"outcomes": [lost]})
        self.note(status, self.closed, lead_id)

    def note(self, status, kept, name):
        self.answered += 1
        if status == 200:
            kept.add(name)
        else:
            self.refused.append(status)

    @contextlib.contextmanager
    def running(self):
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self.stopped.set()
            thread.join()
            self.stopped.clear()

    def wait_for_more(self, n):
        until, before = time.monotonic() + 30, self.answered
        while self.answered < before + n:
            assert time.monotonic() < until, "nobody answers"
            time.sleep(0.005)

    def assert_kept(self, url):
        with Store(url) as store:
            tables = read_tables(store)
        requests = tables.decisions["request_id"].tolist()
        assert len(set(requests)) == len(requests)
        assert self.decided <= set(requests)
        for kept, table in ((self.visits, tables.activities), (self.closed, tables.outcomes)):
            leads = table["lead_id"].tolist()
            assert len(set(leads)) == len(leads)
            assert kept <= set(leads)


def test_what_was_acknowledged_survives_kills(service, tmp_path):
    rng = random.Random(7)
    port, process = service()
    load = Load(port)
    for _ in range(KILLS):
        with load.running():
            load.wait_for_more(6)
            time.sleep(rng.uniform(0.0, 0.1))
            process.kill()
            process.wait()
        port, process = service()
    assert len(load.decided) >= KILLS
    load.assert_kept(f"sqlite:///{tmp_path / 'leadgate.db'}")


@pytest.mark.postgres
def test_a_database_that_is_stopped_and_started_costs_no_decision(service, monkeypatch):
    monkeypatch.setenv("CRM_PASSWORD", postgres.PASSWORD)
    with postgres.cluster() as cluster:
        port, _ = service(cluster.url)
        load = Load(port)
        with load.running():
            load.wait_for_more(6)
            cluster.stop()
            load.wait_for_more(20)
            cluster.start()
            until = time.monotonic() + 30
            while call(port, "GET", "/readyz")[1]["warnings"]:
                assert time.monotonic() < until, "the decisions still wait"
                time.sleep(0.05)
            load.wait_for_more(6)
        assert load.refused == []
        password = quote(postgres.PASSWORD, safe="")
        load.assert_kept(cluster.url.replace("${CRM_PASSWORD}", password))
