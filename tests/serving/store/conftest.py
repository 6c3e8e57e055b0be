"""Stores on both databases, on real servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa

from serving.store import Store
from tests import postgres


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
    address: str = request.getfixturevalue("postgresql")
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
        }
        return {**row, **given}

    return make
