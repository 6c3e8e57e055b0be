"""Why the scores of a file moved: from what the file of today says of then and of now."""

from dataclasses import replace

import pandas as pd
import pytest

from leadgate.bundle.bundle import load_bundle
from leadgate.policy.score_change import above_line
from serving.batch.recorder import Recorder
from serving.batch.score_file import score_file
from serving.scoring.scorer import Scorer

THEN, NOW = "2026-01-05T09:00:00Z", "2026-02-10T09:00:00Z"
LEADS = pd.DataFrame(
    {
        "LeadId": ["a", "b", "c"],
        "CreatedDate": "2026-01-01T09:00:00Z",
        "Source": "Web",
        "Employees": ["25", "100", "300"],
    }
)
VISITS = pd.DataFrame(
    {
        "lead_id": ["a", "a", "b"],
        "type": "pricing_view",
        "occurred_at": ["2026-01-02T09:00:00Z", "2026-02-09T09:00:00Z", "2026-01-03T09:00:00Z"],
    }
)


@pytest.fixture
def scorer(bundle):
    return Scorer(load_bundle(bundle))


@pytest.fixture
def record(store, scorer, tmp_path):
    def recorded(as_of, leads=LEADS, visits=VISITS, scorer=scorer, changes=None):
        leads.to_csv(tmp_path / "leads.csv", index=False)
        run = Recorder.of(store, scorer, [tmp_path / "leads.csv"], as_of)
        answers = run.record(scorer.assess_table(leads, visits, changes, as_of=as_of))
        return answers.set_index("lead_id")

    return recorded


def parts(text):
    return {name: float(by) for name, by in (part.split(" ") for part in text.split(", "))}


def differences(now, then):
    return [
        above_line(now["readiness"][k], now["threshold"][k])
        - above_line(then["readiness"][k], then["threshold"][k])
        for k in now.index
    ]


def test_the_first_run_has_no_change(record):
    first = record(THEN)
    assert first["change"].isna().all()
    assert (first["change_why"] == "").all()
    assert (first["trend"] == "not enough info").all()


def test_changes_are_the_differences_of_the_answers(record):
    then, now = record(THEN), record(NOW)
    assert now["change"].tolist() == pytest.approx(differences(now, then), abs=1e-9)
    assert (now["change"] != 0).any()


def test_what_came_since_is_facts_and_what_passed_is_time(record):
    record(THEN)
    now = record(NOW)
    assert "facts" in parts(now["change_why"]["a"])
    assert parts(now["change_why"]["b"]).keys() == {"time"}
    assert parts(now["change_why"]["c"]).keys() == {"time"}
    assert set(now["trend"]) <= {"improving", "declining", "steady"}


def test_a_field_that_was_overwritten_is_a_new_fact(record):
    then = record(THEN)
    now = record(THEN, LEADS.assign(Employees=["450", "100", "300"]))
    assert parts(now["change_why"]["a"]).keys() == {"facts"}
    assert now["change"].tolist() == pytest.approx(differences(now, then), abs=1e-9)
    assert now["change"]["b"] == 0


def test_a_dated_change_of_a_field_is_a_fact_from_its_date_on(record):
    changes = pd.DataFrame(
        {
            "lead_id": ["a", "a", "b"],
            "field": "Employees",
            "value": ["60", "450", "5"],
            "changed_at": ["2026-01-20T09:00:00Z", "2026-02-01T09:00:00Z", "2026-01-02T09:00:00Z"],
        }
    )
    then = record("2026-01-10T09:00:00Z", visits=None, changes=changes)
    now = record(NOW, visits=None, changes=changes)
    assert now["change"].tolist() == pytest.approx(differences(now, then), abs=1e-9)
    assert parts(now["change_why"]["a"])["facts"] > 0.1
    assert all("facts" not in now["change_why"][lead] for lead in "bc")


def test_another_policy_moves_the_line_and_another_model_the_readiness(record, scorer):
    record(THEN)
    strict = Scorer(scorer.bundle)
    strict.policy = replace(
        scorer.policy, scores=(0.9,) * 1001, leads_per_week=100.0, capacity_per_week=10
    )
    moved = record(THEN, scorer=strict)
    assert all(parts(text).keys() == {"policy"} for text in moved["change_why"])
    assert (moved["change"] < 0).all()


def test_a_version_that_is_gone_leaves_only_the_trend(record, store, monkeypatch):
    record(THEN)
    monkeypatch.setattr(type(store), "bundle", lambda *_: None)
    now = record(NOW)
    assert now["change"].isna().all()
    assert (now["change_why"] == "").all()
    assert set(now["trend"]) <= {"improving", "declining", "steady"}


def test_a_file_of_answers_has_the_columns_where_decisions_are_kept(store, scorer, tmp_path):
    LEADS.to_csv(tmp_path / "leads.csv", index=False)
    VISITS.to_csv(tmp_path / "visits.csv", index=False)
    for name in ("scores.csv", "scores.parquet"):
        output = tmp_path / name
        asked = {"activities": [tmp_path / "visits.csv"], "as_of": NOW}
        score_file(scorer, tmp_path / "leads.csv", output, **asked, store=store)
        table = pd.read_csv(output) if output.suffix == ".csv" else pd.read_parquet(output)
        assert table.columns.tolist()[-3:] == ["change", "change_why", "trend"]
    alone = tmp_path / "alone.csv"
    score_file(scorer, tmp_path / "leads.csv", alone, **asked)
    assert "change" not in pd.read_csv(alone).columns
