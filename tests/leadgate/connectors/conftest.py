from datetime import UTC, datetime, timedelta

import pytest

from experiments.fakes.in_process import session_to
from experiments.fakes.salesforce.app import salesforce_app
from experiments.fakes.salesforce.org import CLIENT
from experiments.fakes.salesforce.world import org_of
from experiments.fakes.weather import Outside, Weather
from experiments.simulation.settings import WorldSettings
from experiments.simulation.simulate import simulate
from leadgate.connectors.connect import connect

ENVIRONMENT = {
    "LEADGATE_SALESFORCE_URL": "https://firm.my.salesforce.com",
    "LEADGATE_SALESFORCE_CLIENT_ID": CLIENT[0],
    "LEADGATE_SALESFORCE_CLIENT_SECRET": CLIENT[1],
}


class FixedClock:
    """Passes only by being waited for."""

    def __init__(self) -> None:
        self.time = datetime(2026, 2, 1, tzinfo=UTC)
        self.slept = []

    def now(self):
        return self.time

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.time += timedelta(seconds=seconds)


class Firm:
    """An org with its weather, and a log-in to it."""

    def __init__(self, world, share=0.0, seed=0) -> None:
        self.clock = FixedClock()
        self.org = org_of(world, self.clock.now)
        self.weather = Weather(self.clock.now, share=share, seed=seed)
        self.app = Outside(salesforce_app(self.org), self.weather)

    def connect(self, **names):
        session = session_to(self.app)
        return connect("salesforce", ENVIRONMENT, names=names, clock=self.clock, session=session)

    @property
    def leads(self):
        return self.org.objects["Lead"]


@pytest.fixture(scope="session")
def small_world():
    return simulate(WorldSettings(n_leads=60, days=90.0, seed=3))


@pytest.fixture
def firm(small_world):
    return Firm(small_world)


@pytest.fixture
def small_pages(monkeypatch):
    """Pages of seven rows, so that a small org has many of them."""
    monkeypatch.setattr("leadgate.connectors.salesforce.read.ROWS_A_PAGE", 7)
