"""The whole run: bundle, report, registered version, verdict against the champion."""

import json

import pandas as pd
import pytest

from features.tables import load_tables
from leadgate.bundle.bundle import load_bundle
from leadgate.errors import DataError
from leadgate.metrics import METRICS
from leadgate.registry.registry import Registry, resolve
from leadgate.registry.tags import evidence_of
from serving import Scorer
from tests.training.exports import config_of, flat_leads
from tests.worlds import simulated_crm
from training import TrainingResult, train
from training.promotion.promote import promote

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("crm")


@pytest.fixture(scope="module")
def config(folder):
    leads = flat_leads(700)
    leads.loc[0, "Id"] = leads.loc[1, "Id"]
    return config_of(folder, leads, target={"horizon_days": 30}, policy={"capacity_per_week": 5})


@pytest.fixture(scope="module")
def result(config):
    return train(config)


def test_a_folder_that_takes_no_runs_is_refused_before_anything_is_read(tmp_path):
    (tmp_path / "runs").write_text("in the way")
    read = []
    with pytest.raises(DataError, match="nothing can be written there") as refused:
        train(config_of(tmp_path, flat_leads(20)), read=read.append)
    assert refused.value.code == "unwritable"
    assert read == []


def test_the_answer_has_the_keys_of_the_command(result):
    assert isinstance(result, TrainingResult)
    printed = json.loads(json.dumps(result.to_dict(), allow_nan=False))
    assert list(printed) == [
        "run_id", "model", "version", "alias", "verdict", "why", "seconds", "rows", "metrics",
        "following", "notes",
    ]  # fmt: skip
    assert set(printed["rows"]) == {"train", "test", "open", "quarantined"}
    assert tuple(printed["metrics"]) == METRICS
    assert set(printed["metrics"]["auc"]) == {"value", "low", "high", "baseline"}
    assert (printed["alias"], printed["version"]) == ("challenger", "1")


def test_the_run_leaves_bundle_evaluation_report_and_quarantine(result):
    assert load_bundle(result.bundle).meta["verdict"] == "better"
    evaluated = load_bundle(result.bundle.parent / "evaluated")
    assert evaluated.meta["metrics"] == load_bundle(result.bundle).meta["metrics"]
    assert "<html" in result.report.read_text(encoding="utf-8")
    assert len(pd.read_csv(result.bundle.parent / "quarantine.csv")) == result.rows["quarantined"]


def test_the_registered_version_is_the_bundle(config, result):
    printed = resolve(config.tracking, config.folder, "challenger")
    assert printed.version == result.version
    assert load_bundle(printed.path).digest == load_bundle(result.bundle).digest


def readiness_before(result, history):
    """Return the readiness of the evaluated rows by the fit of all that was known before them."""
    evaluated, fitted = result.evaluation.evaluated, result.evaluated
    lead = history.index_of(evaluated.lead_id)
    return fitted.model.readiness(fitted.feature_set.matrix(history, lead, evaluated.as_of))


def test_the_scorer_gives_what_training_fitted(config, result):
    """The fit before the test window, scoring the export's own rows, says the same of each."""
    evaluated = result.evaluation.evaluated
    leads = pd.read_csv(config.folder / "leads.csv", dtype=str)
    leads = leads[leads["Id"].isin(evaluated.lead_id)].drop_duplicates("Id")
    scored = Scorer.load(result.bundle.parent / "evaluated").score(
        leads.drop(columns=["Stage", "Closed", "Amount"])
    )
    fitted = readiness_before(result, load_tables(config).history())
    expected = pd.Series(fitted, index=evaluated.lead_id)
    printed = scored.set_index("lead_id")["readiness"]
    assert printed.to_numpy() == pytest.approx(expected[printed.index].to_numpy(), abs=1e-12)


def test_the_scorer_gives_what_training_fitted_of_a_crm(tmp_path):
    """The same with activities, late records and accounts: a lead is seen as it was then."""
    crm = simulated_crm(tmp_path)
    result = train(crm.config)
    evaluated = result.evaluation.evaluated
    last = pd.DataFrame(
        {
            "lead_id": evaluated.lead_id,
            "as_of": pd.to_datetime(evaluated.as_of, unit="us", utc=True),
            "readiness": readiness_before(result, crm.tables.history()),
        }
    ).drop_duplicates("lead_id", keep="last")
    leads = crm.world.leads.merge(last[["lead_id", "as_of"]], on="lead_id")

    scored = Scorer.load(result.bundle.parent / "evaluated").score(
        leads, crm.world.activities, export=crm.tables
    )

    readiness = scored.set_index("lead_id")["readiness"]
    assert len(readiness) == len(last) > 100
    expected = last.set_index("lead_id")["readiness"].loc[readiness.index]
    assert readiness.to_numpy() == pytest.approx(expected.to_numpy(), abs=1e-12)


def test_the_same_recipe_is_a_refresh_that_changes_nothing(config, result):
    assert promote(config).version == result.version
    again = train(config)
    assert again.version == "2"
    assert again.verdict == "refresh"
    assert again.evidence.refusal == ""
    assert again.evidence.first_reasons == 1.0
    assert "champion version 1" in again.why
    tags = Registry(config.tracking, config.folder).tags(again.version)
    against = evidence_of(tags)["against"]
    assert against["champion"] == tags["compared_with"] == "1"
    assert against["refusal"] == ""
    assert against["refresh"]["not_made"][0].startswith("level on what matured since (0 wins")
    assert "on the same data: a refresh." in again.why
    assert tags["asked"].startswith("Promote this version in place of champion version 1.")


def test_the_evidence_is_written_on_the_version(config, result):
    registry = Registry(config.tracking, config.folder)
    printed = evidence_of(registry.tags(result.version))
    assert printed["signal"]["low"] > 0.5
    assert printed["newest_window"]["auc"]["value"] == pytest.approx(
        result.metrics["auc"].value, rel=1e-5
    )
