"""A CRM that never rests, and what was acknowledged to it: half of every test of faults."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import Self, TypeVar

from leadgate.client import CallError, Client
from serving.store import Store, read_tables

T = TypeVar("T")

ACTIVITY = {"type": "webinar", "occurred_at": "2026-03-02T09:30:00Z"}
OUTCOME = {"outcome": "won", "closed_at": "2026-04-02T09:30:00Z"}
LEAD = {"created_at": "2026-03-01T08:00:00Z", "Employees": 250, "Source": "A"}


class Load:
    """Scores new leads, and reports an activity and an outcome of each, from several threads.

    Parameters
    ----------
    url, key
        Of the service.
    patience
        Seconds within which a request is repeated; 0 takes the first answer.
    prefix
        The ids of its leads begin with it.
    """

    def __init__(
        self, url: str, key: str, *, clients: int = 2, patience: float = 60.0, prefix: str = ""
    ) -> None:
        self.decisions: dict[str, str] = {}
        self.activities: list[str] = []
        self.outcomes: list[str] = []
        self.versions: Counter[str] = Counter()
        self.warned = 0
        self.faults: Counter[str] = Counter()
        self.seconds: list[float] = []
        self._asked = 0
        self._patience, self._prefix = patience, prefix
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=[url, key, name]) for name in range(clients)
        ]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def wait_for(self, requests: int, seconds: float = 60.0) -> None:
        """Wait until so many more leads were sent."""
        until, goal = time.monotonic() + seconds, self._asked + requests
        while self._asked < goal:
            if time.monotonic() > until:
                raise RuntimeError(f"the load stands still: {dict(self.faults)}")
            time.sleep(0.01)

    def _run(self, url: str, key: str, name: int) -> None:
        n = 0
        with Client(url, key, patience=self._patience, timeout=30) as client:
            while not self._stop.is_set():
                n += 1
                self._send(client, f"{self._prefix}{name}-{n}")

    def _send(self, client: Client, lead_id: str) -> None:
        self._asked += 1
        lead = {**LEAD, "lead_id": lead_id}
        answer = self._try("score", lambda: client.score(lead, idempotency_key=lead_id))
        if answer is not None:
            if "is not kept" not in answer["warnings"]:
                self.decisions[lead_id] = answer["request_id"]
            self.versions[answer["model_version"]] += 1
            self.warned += "store is away" in answer["warnings"]
        activity = {**ACTIVITY, "lead_id": lead_id, "activity_id": f"a-{lead_id}"}
        if self._try("activities", lambda: client.add_activities([activity])):
            self.activities.append(f"a-{lead_id}")
        if self._try("outcomes", lambda: client.add_outcomes([{**OUTCOME, "lead_id": lead_id}])):
            self.outcomes.append(lead_id)

    def _try(self, what: str, call: Callable[[], T]) -> T | None:
        started = time.perf_counter()
        try:
            return call()
        except CallError as error:
            self.faults[f"{what} {error.status} {error.code}"] += 1
            return None
        finally:
            self.seconds.append(time.perf_counter() - started)


def lost_or_doubled(load: Load, url: str) -> list[str]:
    """Compare what was acknowledged with what a store holds, once; name what is not so."""
    with Store(url) as store:
        tables = read_tables(store)
        # As they are kept: what is read of them is there once.
        (activities,) = store.connection.ask(("SELECT activity_id FROM activities", {}))
    decisions = tables.decisions[~tables.decisions["shadow"].astype(bool)]
    held = {
        "decisions": Counter(decisions["lead_id"]),
        "activities": Counter(row[0] for row in activities),
        "outcomes": Counter(tables.outcomes["lead_id"]),
    }
    acknowledged = {
        "decisions": list(load.decisions),
        "activities": load.activities,
        "outcomes": load.outcomes,
    }
    faults = []
    for name, ids in acknowledged.items():
        lost = sum(held[name][lead_id] == 0 for lead_id in ids)
        doubled = sum(count > 1 for count in held[name].values())
        faults += [f"{lost} {name} lost"] * (lost > 0) + [f"{doubled} {name} twice"] * (doubled > 0)
    if set(decisions["request_id"]) < set(load.decisions.values()):
        faults.append("a decision under another request id")
    return faults
