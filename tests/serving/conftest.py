"""A scorer without a model, a small model, stores on real servers, and a client around them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from starlette.applications import Starlette
from starlette.middleware import Middleware

from leadgate.errors import LeadError
from leadgate.registry.registry import Resolved
from serving.auth.access import Access
from serving.auth.api_keys import Keys
from serving.decisions.erasure import spool_folder
from serving.http import app
from serving.http.lead_routes import LeadRoutes
from serving.http.middleware import RequestMiddleware
from serving.models.active_model import ActiveModel
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.store import Store
from tests import postgres
from tests.serving.asgi import Client
from tests.serving.bundles import small_bundle

KEY = "a-key"


class StubScorer:
    """The interface of `serving.scoring.scorer.Scorer` without a model behind it."""

    version = "7"
    bundle = SimpleNamespace(meta={"created": "2026-01-02T03:04:05Z"})
    attributes = {"Employees": "number", "Source": "string"}  # noqa: RUF012
    fields = attributes
    example = {"lead_id": "1", "Employees": 25.0}  # noqa: RUF012
    arms = False
    reader = SimpleNamespace(
        lead_id=lambda lead: str(lead.get("lead_id", "")) if isinstance(lead, dict) else ""
    )

    def score_one(
        self,
        lead: Mapping[str, object],
        activities: Sequence[Mapping[str, object]] = (),
        as_of: int | None = None,
        others: Sequence[Mapping[str, object]] | None = None,
        against: bool = False,
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
        direct=app.direct(active, lead_routes.decider),
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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a configuration, empty."""
    path = tmp_path / "data"
    path.mkdir()
    return path


@pytest.fixture
def availability(folder: Path) -> Iterator[Availability]:
    """An empty store in the folder, open."""
    store = Store(f"sqlite:///{folder / 'leadgate.db'}")
    availability = Availability(store, Spool(spool_folder(folder)))
    availability.look()
    yield availability
    store.connection.close()


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
    columns = {"lead_id": "LeadId", "created_at": "CreatedDate", "personal": ["Email"]}
    return small_bundle(tmp_path_factory.mktemp("model") / "bundle", leads, activities, columns)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server, with its password."""
    with postgres.server() as url:
        yield url.replace("${CRM_PASSWORD}", quote(postgres.PASSWORD, safe=""))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty store."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'leadgate.db'}"
    address: str = request.getfixturevalue("postgresql_store")
    return address


@pytest.fixture
def postgresql_store(postgresql: str) -> str:
    """The URL of an empty store on PostgreSQL."""
    address = postgresql
    engine = sa.create_engine(address.replace("postgresql:", "postgresql+psycopg:"))
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    engine.dispose()
    return address


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An open, empty store."""
    with Store(url) as opened:
        yield opened


@pytest.fixture
def decision() -> Callable[..., dict[str, object]]:
    """Make the row of a decision; every call one of its own."""
    made = []

    def make(**given: object) -> dict[str, object]:
        made.append(None)
        row: dict[str, object] = {
            "decision_id": f"d{len(made)}",
            "request_id": "r",
            "idempotency_key": None,
            "lead_id": "1",
            "decided_at": 1_767_000_000_000_000 + len(made),
            "as_of": 1_767_000_000_000_000,
            "created_at": None,
            "revision": 0,
            "shadow": 0,
            "model_version": "7",
            "bundle_digest": "b",
            "features_digest": "f",
            "policy_digest": "p",
            "readiness": 0.1 + 0.2,
            "readiness_low": 0.1,
            "readiness_high": None,
            "grade": "A",
            "stage": "purchase",
            "decision": "hand_off",
            "threshold": 0.25,
            "propensity": 1.0,
            "explored": 0,
            "why": "readiness reaches the threshold",
            "person": "",
            "uses_capacity": 1,
            "expected_value": 0.5,
            "handed_off_at": None,
            "handed_to": "",
            "state": "{}",
            "answer": f'{{"n": {len(made)}}}',
            "sent": None,
            "fingerprint": None,
            "arm": "",
            "ruled_by": "",
        }
        return {**row, **given}

    return make
