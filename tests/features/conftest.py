from collections.abc import Iterator

import pytest

from tests.postgres import PASSWORD, server


@pytest.fixture(scope="session")
def _postgres_url() -> Iterator[str]:
    with server() as url:
        yield url


@pytest.fixture
def postgres(_postgres_url, monkeypatch) -> str:
    """The URL of a PostgreSQL database as a configuration names it."""
    monkeypatch.setenv("CRM_PASSWORD", PASSWORD)
    return _postgres_url
