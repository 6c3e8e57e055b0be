"""The whole look: nothing new, then leads of another kind, and a run of MLflow for each."""

import shutil

import numpy as np
import pandas as pd
import pytest

from experiments.monitor import health, monitor
from experiments.monitor.log import log
from experiments.monitor.misses import COLUMNS
from experiments.monitor.read import read
from features import FeatureSet
from features.parsing.times import timestamps
from features.stored_tables import StoredTables
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
    assert look.why == (
        "Less than 30 days of new leads came since the training: nothing is compared yet. No "
        "handoff of the store has matured yet."
    )
    assert health(look).state == "unknown"
    assert look.to_dict().keys() == {"alarm", "why", "drift", "calibration", "handoffs"}


def test_leads_like_those_of_training_are_no_alarm(trained):
    later(trained, 0.0)
    look = looked(trained)
    assert not look.alarm
    assert look.drift.accounts > 50
    assert look.drift.look == 2
    assert health(look).state == "healthy"


def test_leads_of_another_kind_are_an_alarm_that_names_them(trained):
    later(trained, 1.5)
    look = looked(trained)
    assert look.alarm
    assert "Size" in look.why
    assert look.drift.columns[0].name == "Size"
    assert look.drift.readiness > look.drift.readiness_in_training
    assert health(look) == ("alarm", "look closer: the leads that come in have changed.")


def test_each_look_is_a_run(trained):
    later(trained, 1.5)
    look = looked(trained)
    run_id = log(trained, "1", look)
    client = connect(trained.tracking, trained.folder)
    run = client.get_run(run_id)
    assert run.data.tags["alarm"] == "true"
    assert run.data.metrics["drift_auc"] == pytest.approx(look.drift.separation.value)
    assert [file.path for file in client.list_artifacts(run_id)] == ["monitor.json"]


def served(config, factor):
    """What a store would hold had the model decided on the leads of three months more.

    Their readiness is `factor` times the model's.
    """
    seen = read(config, "challenger")
    history, features = seen.tables.history(), seen.bundle.features
    new = np.flatnonzero(np.char.startswith(history.lead_ids.astype(str), "N"))
    X = FeatureSet.from_dict(features).matrix(history, new, history.created[new])
    readiness = np.minimum(seen.bundle.model.readiness(X) * factor, 0.99)
    handed_off = readiness >= np.median(readiness)
    decisions = pd.DataFrame(
        {
            "lead_id": history.lead_ids[new].astype(str),
            "as_of": timestamps(history.created[new]),
            "shadow": False,
            "decision": np.where(handed_off, "hand_off", "nurture"),
            "readiness": readiness,
            "uses_capacity": handed_off,
            "threshold": float(np.median(readiness)),
            "propensity": 1.0,
            "explored": False,
            "arm": "",
            "policy_digest": "",
            "grade": np.where(handed_off, "A", "C"),
        }
    ).sort_values("as_of", ignore_index=True)
    leads = seen.tables.leads.iloc[:0][["lead_id", "created_at"]]
    none = StoredTables(
        leads, seen.tables.activities.iloc[:0], seen.tables.field_changes.iloc[:0],
        seen.tables.outcomes.iloc[:0], seen.tables.handoffs.iloc[:0], decisions,
    )  # fmt: skip
    return monitor(config, seen.bundle, seen.tables, none), decisions


def test_wins_as_predicted_are_no_alarm_and_what_is_to_come_is_expected(trained):
    later(trained, 0.0)
    look, decisions = served(trained, 1.0)
    assert not look.alarm
    wins, handed_off = look.wins, decisions["decision"] == "hand_off"
    assert wins.matured.leads + wins.expected.handoffs == handed_off.sum()
    assert "No evidence that this is more than chance" in look.why
    assert wins.power.readiness == pytest.approx(wins.matured.expected, rel=0.05)
    assert health(look).line.startswith(f"healthy: of {wins.matured.leads} leads handed off")
    flat = look.to_dict()["calibration"]
    assert flat["leads"] == wins.matured.leads
    assert flat["not_mature"]["handoffs"] == wins.expected.handoffs
    assert (flat["alarm"], flat["power"]["looks"]) == (False, 3)


def test_a_readiness_that_is_twice_too_high_is_an_alarm(trained):
    later(trained, 0.0)
    look, _ = served(trained, 2.5)
    assert look.alarm
    assert look.why.startswith("Wins do not come as predicted (evidence")
    assert health(look) == ("alarm", "look closer: wins do not come as predicted.")


def test_misses_are_leads_below_the_line_that_were_won(trained, tmp_path):
    later(trained, 0.0)
    look, decisions = served(trained, 1.0)
    path = tmp_path / "runs" / "1" / "misses.csv"
    named = look.with_misses(path)
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert table.columns.tolist() == list(COLUMNS)
    held_back = set(decisions.loc[decisions["decision"] == "nurture", "lead_id"])
    export = pd.read_csv(trained.folder / "leads.csv").set_index("Id")
    assert set(table["lead_id"]) <= held_back
    assert set(export.loc[table["lead_id"], "Stage"]) == {"Won"}
    assert table["readiness"].astype(float).is_monotonic_increasing
    facts = table[["against_1", "against_2", "against_3"]].to_numpy().ravel()
    assert all(fact == "" or fact.startswith("(-) ") for fact in facts)
    assert (table["against_1"] != "").all()
    shown = named.to_dict()["calibration"]["misses"]
    assert shown == {
        "scored_low": len(held_back), "won": len(table), "file": str(path),
    }  # fmt: skip
