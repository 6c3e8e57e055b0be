"""A scorer that needs no model, and a client that speaks ASGI with the service around it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from features import FeatureSet, LeadHistory
from leadgate.bundle.bundle import write_bundle
from leadgate.errors import LeadError
from leadgate.model import AdditiveMember, Blend, Calibration, Model, Shape
from leadgate.policy import Policy
from leadgate.registry.registry import Resolved
from serving.auth.access import Access
from serving.auth.api_keys import Keys
from serving.http import app
from serving.http.lead_routes import LeadRoutes
from serving.http.middleware import RequestMiddleware
from serving.models.active_model import ActiveModel

KEY = "a-key"


class StubScorer:
    """The interface of `serving.scoring.scorer.Scorer` without a model behind it."""

    version = "7"
    bundle = SimpleNamespace(meta={"created": "2026-01-02T03:04:05Z"})
    attributes = {"Employees": "number", "Source": "string"}  # noqa: RUF012
    reader = SimpleNamespace(
        lead_id=lambda lead: str(lead.get("lead_id", "")) if isinstance(lead, dict) else ""
    )

    def score_one(
        self,
        lead: Mapping[str, object],
        activities: Sequence[Mapping[str, object]] = (),
        as_of: int | None = None,
        others: Sequence[Mapping[str, object]] | None = None,
    ) -> dict[str, object]:
        """Answer with what came in; some leads are at fault, one shows a defect."""
        if lead["lead_id"] == "bad":
            raise LeadError("created_at is no time.", field="created_at", code="bad_time")
        if lead["lead_id"] == "defect":
            raise KeyError(lead.get("Email"))
        return {
            "lead_id": lead["lead_id"],
            "n": len(activities),
            "at": as_of,
            "decision": "nurture",
        }

    def describe(self, model: str = "") -> dict[str, object]:
        """Return what GET /v1/model says."""
        return {"model": model, "version": self.version}


@dataclass
class Answer:
    """One answer of the service."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        """Return the content, a JSON object."""
        return json.loads(self.content)


class Client:
    """Calls an ASGI application in this process."""

    def __init__(self, application: Starlette, key: str) -> None:
        self.application = application
        self.key = key
        self.unread = 0

    def call(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes | None] = b"",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request; a body in parts comes without its length, None stalls."""
        given = {"x-api-key": self.key, "content-type": "application/json"}
        given |= {name.lower(): value for name, value in (headers or {}).items()}
        parts = [body] if isinstance(body, bytes) else list(body)
        if isinstance(body, bytes):
            given.setdefault("content-length", str(len(body)))
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in given.items() if v],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 3000),
        }
        return asyncio.run(self._exchange(scope, parts))

    async def _exchange(self, scope: dict[str, Any], parts: list[bytes | None]) -> Answer:
        sent: list[dict[str, Any]] = []
        waiting = [
            {"type": "http.request", "body": part, "more_body": i + 1 < len(parts)}
            for i, part in enumerate(parts)
        ]

        async def receive() -> dict[str, Any]:
            message = waiting.pop(0) if waiting else {"type": "http.disconnect"}
            if message.get("body", b"") is None:
                await asyncio.Event().wait()
            return message

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(dict(message))

        await self.application(scope, receive, send)
        self.unread = len(waiting)
        if not sent:
            return Answer(0, {}, b"")
        head, *rest = sent
        headers = {k.decode(): v.decode() for k, v in head["headers"]}
        return Answer(head["status"], headers, b"".join(m.get("body", b"") for m in rest))

    def post(self, path: str, content: object, **headers: str) -> Answer:
        """Send JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", path, json.dumps(content).encode(), named)

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for an address."""
        return self.call("GET", path, headers=headers)


class StubSource:
    """A source whose one model `load` makes, or says why there is none."""

    follows = False

    def __init__(self, load: Callable[[], object]) -> None:
        self._load = load

    def resolve(self, last: Resolved | None = None) -> Resolved:
        """Return the same place each time."""
        return Resolved(Path(), "stub")

    def load(self, resolved: Resolved) -> object:
        """Make the model."""
        return self._load()

    def remember(self, resolved: Resolved) -> None:
        """Forget it."""

    def remembered(self) -> None:
        """Know nothing."""


def served(
    active: ActiveModel, keys: Keys, lead_routes: LeadRoutes | None = None, **rules: object
) -> Starlette:
    """Return the application behind its middleware, as inside BentoML; `rules` of `Access`."""
    lead_routes = lead_routes or LeadRoutes()
    inner = app.build(active, "lead-readiness", lead_routes)
    middleware = Middleware(
        RequestMiddleware,
        access=Access(keys, inner.routes, **rules),
        ready=active.ready,
        direct={("POST", "/v1/score"): partial(app.score, active, lead_routes.decider)},
    )
    outer = Starlette(middleware=[middleware])
    outer.mount("/", inner)
    return outer


@pytest.fixture
def client_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """Make a client of a service whose model `load` loads, or whose loading fails."""
    # Freezing all objects of this process is for a process that does nothing but serve.
    monkeypatch.setattr("serving.models.active_model.settle", lambda: None)

    def make(
        load: Callable[[], Any] = StubScorer,
        key: str = KEY,
        keys: Keys | None = None,
        lead_routes: LeadRoutes | None = None,
        **rules: object,
    ) -> Client:
        active = ActiveModel(StubSource(load))
        active.look()
        return Client(served(active, keys or Keys(KEY), lead_routes, **rules), key)

    return make


@pytest.fixture
def client(client_of: Callable[..., Client]) -> Client:
    """A client of a service with a model."""
    return client_of()


@pytest.fixture(scope="session")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model of an export with the columns LeadId, CreatedDate, Source and Employees."""
    rng = np.random.default_rng(0)
    created = pd.date_range("2025-01-01", periods=200, freq="D", tz="UTC", unit="us")
    leads = pd.DataFrame(
        {
            "lead_id": [f"L{i}" for i in range(200)],
            "created_at": created,
            "Source": rng.choice(["Web", "Event", "Fair"], 200),
            "Employees": rng.integers(1, 500, 200).astype(str),
        }
    )
    activities = pd.DataFrame(
        {
            "lead_id": leads["lead_id"],
            "type": "pricing_view",
            "occurred_at": created + pd.Timedelta(days=1),
        }
    )
    history = LeadHistory.from_tables(leads, activities)
    snapshots = history.snapshots([0, 7])
    feature_set = FeatureSet().fit(history, snapshots)
    X = feature_set.transform(history, snapshots).to_numpy()
    low, high = (np.nan_to_num(bound(X, axis=0)) for bound in (np.fmin.reduce, np.fmax.reduce))
    shapes = [Shape([a, b + 1], [-0.5, 0.5], 0.0) for a, b in zip(low, high, strict=True)]
    model = Model(Blend([AdditiveMember(shapes, -1.0)], [1.0], 0.0), Calibration(0, 1, np.eye(2)))
    export = {
        "columns": {"lead_id": "LeadId", "created_at": "CreatedDate", "personal": ["Email"]},
        "data": {"leads": "leads.csv"},
    }
    return write_bundle(
        tmp_path_factory.mktemp("model") / "bundle",
        features=feature_set.to_dict(),
        model=model,
        policy=Policy.learn(model.readiness(X), base_rate=0.2, leads_per_week=7.0, key="k"),
        meta={"horizon_days": 90.0, "created": "2026-01-02T03:04:05Z", "export": export},
        card="",
        low=low,
        high=high,
    )
