"""What was pulled of Odoo is the export of the same firm: ids apart, the same row by row."""

import pandas as pd
import pytest

from experiments.fakes.odoo.world import database_of
from experiments.simulation.settings import WorldSettings
from experiments.simulation.simulate import simulate
from features.pulled.pull import pull_tables
from tests.leadgate.connectors.odoo.conftest import OdooFirm


@pytest.fixture(scope="module")
def world():
    return simulate(WorldSettings(n_leads=200, days=200.0, seed=3))


@pytest.fixture(scope="module")
def pulled(world, tmp_path_factory):
    firm, path = OdooFirm(world), tmp_path_factory.mktemp("odoo")
    made = pull_tables(firm.connect(), path, lambda _: None)
    return {name: pd.read_parquet(path / f"{name}.parquet") for name in made.tables}


@pytest.fixture(scope="module")
def ids(world):
    return {lead: str(n) for n, lead in enumerate(world.leads["lead_id"], 1)}


def by_lead(frame, ids=None):
    lead = frame["lead_id"].map(ids) if ids else frame["lead_id"]
    return frame.assign(lead_id=lead).set_index("lead_id").sort_index()


def seconds(values):
    return pd.to_datetime(values, utc=True, format="ISO8601").dt.floor("s")


def same_instants(made, expected):
    made, expected = seconds(made), seconds(expected)
    return (made.isna().to_numpy() == expected.isna().to_numpy()).all() and (
        made.dropna().to_numpy() == expected.dropna().to_numpy()
    ).all()


def test_leads_are_those_of_the_world_with_its_columns(world, pulled, ids):
    made, expected = by_lead(pulled["leads"]), by_lead(world.leads, ids)
    assert list(made.index) == list(expected.index)
    assert same_instants(made["created_at"], expected["created_at"])
    for name in ("Industry", "LeadSource"):
        assert (made[name].fillna("") == expected[name].fillna("")).all()
    assert "Email" not in made


def test_outcomes_are_those_of_the_world(world, pulled, ids):
    made, expected = by_lead(pulled["outcomes"]), by_lead(world.outcomes, ids)
    assert list(made.index) == list(expected.index)
    assert (made["outcome"] == expected["outcome"]).all()
    assert same_instants(made["closed_at"], expected["closed_at"])
    won = made["outcome"] == "won"
    assert (made.loc[won, "amount"] == expected.loc[won, "amount"]).all()
    assert made.loc[~won, "amount"].isna().all()


def test_activities_are_those_of_the_world(world, pulled):
    made = pulled["activities"].assign(n=lambda rows: rows["activity_id"].astype(int))
    made = made.sort_values("n")
    assert len(made) == len(world.activities)
    assert (made["type"].to_numpy() == world.activities["type"].to_numpy()).all()
    for name in ("occurred_at", "recorded_at"):
        assert same_instants(made[name], world.activities[name])


def test_handoffs_are_those_of_the_world(world, pulled, ids):
    made, expected = by_lead(pulled["handoffs"]), by_lead(world.handoffs, ids)
    assert list(made.index) == list(expected.index)
    assert same_instants(made["handed_off_at"], expected["handed_off_at"])
    assert same_instants(made["first_worked_at"], expected["first_worked_at"])
    assert made["person"].nunique() == expected["person"].nunique()
    assert "field_changes" not in pulled


def test_a_lost_lead_is_archived_in_the_fake(world):
    records = database_of(world, lambda: world.until).models["crm.lead"].records.values()
    assert {row["active"] for row in records if row["won_status"] == "lost"} == {False}
