import pytest

from experiments.fakes.in_process import session_to
from experiments.fakes.odoo.app import odoo_app
from experiments.fakes.odoo.database import KEY
from experiments.fakes.odoo.world import database_of
from experiments.fakes.weather import Outside, Weather
from leadgate.connectors.connect import connect
from tests.leadgate.connectors.conftest import FixedClock

ENVIRONMENT = {"LEADGATE_ODOO_URL": "https://firm.odoo.com", "LEADGATE_ODOO_KEY": KEY}


class OdooFirm:
    """A database with its weather, and a log-in to it."""

    def __init__(self, world, share=0.0, seed=0) -> None:
        self.clock = FixedClock()
        self.database = database_of(world, lambda: self.clock.now().replace(tzinfo=None))
        self.weather = Weather(self.clock.now, share=share, seed=seed)
        self.app = Outside(odoo_app(self.database), self.weather)
        self.environment = dict(ENVIRONMENT)

    def connect(self, **names):
        session = session_to(self.app)
        return connect("odoo", self.environment, names=names, clock=self.clock, session=session)

    @property
    def leads(self):
        return self.database.models["crm.lead"]

    def make_fields(self, **names):
        connector = self.connect(**names)
        return connector.create_fields(list(connector.fields().values()))


@pytest.fixture
def odoo(small_world):
    return OdooFirm(small_world)


@pytest.fixture
def small_odoo_pages(monkeypatch):
    """Pages of seven rows, so that a small database has many of them."""
    monkeypatch.setattr("leadgate.connectors.odoo.read.ROWS_A_PAGE", 7)
    monkeypatch.setattr("leadgate.connectors.odoo.read.IDS_A_PAGE", 7)
