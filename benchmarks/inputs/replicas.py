"""Several replicas of the service that share one store, and clients that ask them all."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from leadgate.client import Client
from serving.process.launch import serve
from serving.process.server import Server

CONFIG = """
[data]
leads = "leads.csv"
outcomes = "deals.csv"
[columns]
lead_id = "lead_id"
created_at = "created_at"
[policy]
capacity_per_week = {capacity}
[tracking]
uri = "{tracking}"
[serving]
store = "{store}"
replica_share = {share}
"""


@contextmanager
def replicas(
    folder: Path,
    store: str,
    model: str,
    *,
    n: int = 2,
    workers: int = 2,
    capacity: int = 20,
    tracking: str = "sqlite:///mlflow.db",
) -> Iterator[list[Server]]:
    """Run services that share a store, each with a folder of its own, as on other machines."""
    with ExitStack() as running:
        servers = []
        for number in range(n):
            own = folder / f"replica-{number}"
            own.mkdir(exist_ok=True)
            config = own / "leadgate.toml"
            config.write_text(
                CONFIG.format(store=store, capacity=capacity, share=1 / n, tracking=tracking)
            )
            log = running.enter_context((own / "log").open("ab"))
            server = serve(config, model=model, port=0, workers=workers, log=log)
            servers.append(running.enter_context(server))
        yield servers


@dataclass
class Answers:
    """What clients were answered.

    Attributes
    ----------
    seconds
        How long each score took.
    statuses, decisions
        How often each was answered.
    without_store
        How many decisions were taken without the store.
    lasted
        Seconds in which they were given.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)
    without_store: int = 0
    lasted: float = 0.0

    def __add__(self, other: Answers) -> Answers:
        """Return the answers of two clients that asked at the same time."""
        return Answers(
            self.seconds + other.seconds,
            self.statuses + other.statuses,
            self.decisions + other.decisions,
            self.without_store + other.without_store,
            max(self.lasted, other.lasted),
        )

    def note(self, status: int, content: bytes, seconds: float) -> None:
        """Note one answer to a score."""
        self.seconds.append(seconds)
        self.statuses[status] += 1
        if status == 200:
            answer = json.loads(content)
            self.decisions[answer["decision"]] += 1
            self.without_store += "store is away" in answer["warnings"]


def ask(
    addresses: Sequence[tuple[str, str]],
    body: Callable[[str], bytes],
    name: str,
    seconds: float,
    clients: int,
    pause: float = 0.0,
) -> Answers:
    """Score new leads for so long; return the answers.

    Parameters
    ----------
    addresses
        Address and key of each replica; clients are spread over them.
    body
        Makes a request about a lead of an id.
    name
        The ids begin with it.
    clients
        How many ask at once, each on a connection of its own.
    pause
        Seconds from one request of a client to its next; what is late is not made up for.
    """
    answers, lock, began = Answers(), threading.Lock(), time.monotonic()

    def client(number: int) -> None:
        url, key = addresses[number % len(addresses)]
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
        headers = {"Content-Type": "application/json", "X-API-Key": key}
        n, due = 0, began + pause * number / clients
        while time.monotonic() < began + seconds:
            time.sleep(max(0.0, due - time.monotonic()))
            request = body(f"{name}-{number}-{n}")
            started = time.monotonic()
            due = max(due + pause, started)
            connection.request("POST", "/v1/score", request, headers)
            answer = connection.getresponse()
            content = answer.read()
            taken = time.monotonic() - started
            with lock:
                answers.note(answer.status, content, taken)
            n += 1
        connection.close()

    threads = [threading.Thread(target=client, args=[number]) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.lasted = time.monotonic() - began
    return answers


@dataclass
class Backfill:
    """What became of activities that were sent meanwhile."""

    statuses: Counter[int] = field(default_factory=Counter)
    lasted: float = 0.0

    def figures(self) -> dict[str, float]:
        """Return how many activities a second were kept, and how many were not."""
        kept = self.statuses[201]
        return {"activities_a_second": kept / self.lasted, "not_kept": self.statuses.total() - kept}


@contextmanager
def backfill(addresses: Sequence[tuple[str, str]], per_second: float) -> Iterator[Backfill]:
    """Send activities of new leads meanwhile, 200 in a call."""
    filled, ended, began = Backfill(), threading.Event(), time.monotonic()

    def send() -> None:
        calls = 0
        clients = [Client(*address, patience=0.0, timeout=30.0) for address in addresses]
        while not ended.wait(max(0.0, began + 200 * calls / per_second - time.monotonic())):
            activities = [
                {
                    "lead_id": f"backfill-{calls}-{n % 50}",
                    "type": "visit",
                    "occurred_at": "2026-02-02T09:00:00Z",
                    "activity_id": str(n),
                }
                for n in range(200)
            ]
            results = clients[calls % len(clients)].add_activities(activities)
            filled.statuses.update(result["status"] for result in results)
            calls += 1

    thread = threading.Thread(target=send)
    thread.start()
    try:
        yield filled
    finally:
        ended.set()
        thread.join()
        filled.lasted = time.monotonic() - began
