"""The whole look: nothing new, then leads of another kind, and a run of MLflow for each."""

import shutil

import pandas as pd
import pytest

from experiments.monitor import monitor
from experiments.monitor.log import log
from experiments.monitor.read import read
from leadgate.registry.mlflow_store import connect
from tests.training.conftest import new_database  # noqa: F401
from tests.training.exports import config_of, flat_leads
from training import train

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(tmp_path_factory, new_database):  # noqa: F811
    folder = tmp_path_factory.mktemp("trained")
    shutil.copy(new_database, folder / "mlflow.db")
    config = config_of(folder, flat_leads(700), target={"horizon_days": 30})
    train(config)
    return config


def looked(config):
    seen = read(config, "challenger")
    return monitor(config, seen.bundle, seen.tables, seen.stored)


def later(config, shift):
    """Export three months more, of leads whose size has moved."""
    old, new = flat_leads(700), flat_leads(300, seed=9)
    new["Id"], new["Account"] = "N" + new["Id"], "N" + new["Account"]
    moved = pd.Timedelta(days=365), pd.Timedelta(days=365)
    for name, days in zip(("Created", "Closed"), moved, strict=True):
        new[name] = pd.Timestamp("2025-01-01") + (new[name] - pd.Timestamp("2025-01-01")) / 4 + days
    new["Size"] += shift
    pd.concat([old, new]).to_csv(config.folder / "leads.csv", index=False)


def test_without_new_leads_there_is_nothing_to_see(trained):
    flat_leads(700).to_csv(trained.folder / "leads.csv", index=False)
    look = looked(trained)
    assert not look.alarm
    assert look.drift is None
    assert "No new leads came" in look.why
    assert look.to_dict().keys() == {"alarm", "why", "drift", "calibration", "handoffs"}


def test_leads_like_those_of_training_are_no_alarm(trained):
    later(trained, 0.0)
    look = looked(trained)
    assert not look.alarm
    assert look.drift.accounts > 50


def test_leads_of_another_kind_are_an_alarm_that_names_them(trained):
    later(trained, 1.5)
    look = looked(trained)
    assert look.alarm
    assert "Size" in look.why
    assert "Size" in [shift.name for shift in look.drift.alarming]


def test_each_look_is_a_run(trained):
    later(trained, 1.5)
    look = looked(trained)
    run_id = log(trained, "1", look)
    client = connect(trained.tracking, trained.folder)
    run = client.get_run(run_id)
    assert run.data.tags["alarm"] == "true"
    assert run.data.metrics["psi_readiness"] == pytest.approx(look.drift.readiness.psi)
    assert [file.path for file in client.list_artifacts(run_id)] == ["monitor.json"]
