import pandas as pd
import pytest

from leadgate.config import Config


@pytest.fixture(scope="module")
def config(world, tmp_path_factory):
    """Return the configuration of the exported world."""
    return Config.load(world.export(tmp_path_factory.mktemp("crm") / "export"))


def test_export_writes_a_valid_configuration(world, config):
    assert config.target.horizon_days == world.settings.horizon_days
    assert config.data.sales_types == ["call"]
    assert config.columns.own_score == "Rating"
    assert config.policy.capacity_per_week == 58


def test_exported_files_hold_the_tables(world, config):
    leads = pd.read_csv(config.path(config.data.leads))
    activities = pd.read_parquet(config.path(config.data.activities[0].path))
    outcomes = pd.read_csv(config.path(config.data.outcomes))
    handoffs = pd.read_csv(config.path(config.data.handoffs), keep_default_na=False)

    named = {"LeadId": "lead_id", "AccountId": "account_id", "CreatedDate": "created_at"}
    assert leads.rename(columns=named).columns.tolist() == world.leads.columns.tolist()
    assert (pd.to_datetime(leads["CreatedDate"]) == world.leads["created_at"]).all()
    pd.testing.assert_frame_equal(activities, world.activities)
    assert (pd.to_datetime(outcomes["closed_at"]) == world.outcomes["closed_at"]).all()
    assert (outcomes["amount"].isna() == (outcomes["outcome"] == "lost")).all()
    never = world.handoffs["first_worked_at"].isna()
    assert ((handoffs["first_worked_at"] == "") == never).all()


def test_times_are_written_in_utc_with_seconds(config):
    created = pd.read_csv(config.path(config.data.leads))["CreatedDate"]

    assert created.str.fullmatch(r"2025-\d\d-\d\dT\d\d:\d\d:\d\dZ|2026-01-0\dT[\d:]{8}Z").all()
