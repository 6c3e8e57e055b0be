"""What every test gets: a clean environment, no way off the machine, and honest skips."""

from __future__ import annotations

import ipaddress
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from leadgate import telemetry
from tests import postgres

if TYPE_CHECKING:
    from tests.worlds import Crm

telemetry.off()

# The same examples on every machine and in every run, however busy it is.
settings.register_profile(
    "steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("steady")

REQUIRED = {name for name in os.environ.get("LEADGATE_REQUIRE", "").split(",") if name}
_beyond_loopback: list[str] = []


def _is_loopback(address: object) -> bool:
    if not isinstance(address, tuple):
        return True
    try:
        return ipaddress.ip_address(str(address[0]).split("%")[0]).is_loopback
    except ValueError:
        return address[0] in {"localhost", ""}


def _watch_sockets(event: str, args: tuple[object, ...]) -> None:
    if event in {"socket.connect", "socket.sendto"} and not _is_loopback(args[1]):
        _beyond_loopback.append(f"{event} {args[1]}")
        raise ConnectionRefusedError(f"tests stay on this machine: {event} {args[1]}")


sys.addaudithook(_watch_sockets)


@pytest.fixture(autouse=True)
def loopback_only() -> Iterator[None]:
    """Fail a test that tried to reach another machine, also when the attempt was swallowed."""
    _beyond_loopback.clear()
    yield
    assert not _beyond_loopback


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take every LEADGATE_ variable away, apart from the one that names the data folder."""
    for name in [name for name in os.environ if name.startswith("LEADGATE_")]:
        if name != "LEADGATE_DATA":
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def crm(tmp_path_factory: pytest.TempPathFactory) -> Crm:
    """A simulated CRM with handoffs, leads never worked, activities and late records."""
    # Most tests need none of what this imports.
    from tests.worlds import simulated_crm

    return simulated_crm(tmp_path_factory.mktemp("crm"))


def _missing(name: str) -> str:
    if name == "data":
        folder = os.environ.get("LEADGATE_DATA", "")
        return "" if folder and Path(folder).is_dir() else "LEADGATE_DATA names no folder of data"
    if name == "postgres":
        return "" if postgres.programs() else "PostgreSQL is not installed"
    return "" if shutil.which(name) else f"{name} is not installed"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what this machine cannot run, or fail it where LEADGATE_REQUIRE says it must run."""
    for name in ("data", "chromium", "postgres"):
        if item.get_closest_marker(name) and (reason := _missing(name)):
            if name in REQUIRED:
                pytest.fail(f"LEADGATE_REQUIRE names {name}, but {reason}")
            pytest.skip(reason)
