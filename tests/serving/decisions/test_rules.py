"""Rules where decisions are answered, kept, taken again and written to files."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from leadgate.bundle.bundle import load_bundle
from leadgate.config import PolicySettings
from serving.batch.recorder import Recorder
from serving.decisions.replay import replay
from serving.http.lead_routes import LeadRoutes
from serving.scoring.answer import READINESS, REASONS
from serving.scoring.scorer import Scorer
from serving.store import Store, read_tables

RULES = {
    "objection": {"column": "Profiling", "values": ["no"]},
    "competitor": {"column": "Type", "values": ["Competitor"]},
    "student": {"column": "Source", "values": ["Event"], "decision": "nurture"},
}
N = 24
LEADS = pd.DataFrame(
    {
        "LeadId": [f"L{n:02}" for n in range(N)],
        "CreatedDate": "2026-01-02T03:04:05Z",
        "Source": ["Web", "Event"] * (N // 2),
        "Employees": np.arange(N) * 20,
        "Type": ["Partner", "Partner", "competitor", ""] * (N // 4),
        "Profiling": ["yes", "yes", "yes", "yes", "no", ""] * (N // 6),
    }
)
EXPECTED = [
    "objection" if p == "no" else "competitor" if t == "competitor" else "student" * (s == "Event")
    for s, t, p in zip(LEADS["Source"], LEADS["Type"], LEADS["Profiling"], strict=True)
]
DECISION = {"objection": "nurture", "competitor": "disqualify", "student": "nurture"}


@pytest.fixture
def scorer(bundle):
    settings = {"rules": RULES, "explore": 0.2, "control": 0.2}
    return Scorer(load_bundle(bundle), policy=PolicySettings.model_validate(settings))


@pytest.fixture
def client(client_of, scorer, availability, folder):
    return client_of(lambda: scorer, lead_routes=LeadRoutes(availability, folder))


def rows():
    return LEADS.astype({"Employees": str}).to_dict("records")


def test_calls_and_files_are_ruled_alike(client, scorer):
    answers = [client.post("/v1/score", row).json() for row in rows()]
    table = scorer.score(LEADS)
    assert [a["ruled_by"] for a in answers] == EXPECTED == table["ruled_by"].tolist()
    assert [a["decision"] for a in answers] == table["decision"].tolist()
    for answer in answers:
        if answer["ruled_by"]:
            assert answer["decision"] == answer["model_decision"] == DECISION[answer["ruled_by"]]
            assert answer["ruled_by"] in answer["why"]
            assert (answer["propensity"], answer["arm"]) == (1.0, "")


def test_who_objects_has_no_readiness_in_answers_files_and_the_store(client, scorer, availability):
    sent = next(row for row in rows() if row["Profiling"] == "no")
    answer = client.call("POST", "/v1/score", json.dumps(sent).encode(), query="reasons=10").json()
    assert [answer[name] for name in READINESS] == [None] * 3
    said = [value for name, value in answer.items() if name.startswith(("reason", "against"))]
    assert not any(said)
    assert (answer["grade"], answer["stage"]) == ("", "")
    kept = read_tables(availability.store).decisions.iloc[0]
    assert np.isnan(kept[list(READINESS)].to_numpy(dtype=float)).all()
    table = scorer.score(LEADS)
    objects = table["ruled_by"] == "objection"
    assert table.loc[objects, list(READINESS)].isna().all(axis=None)
    assert (table.loc[objects, list(REASONS)] == "").all(axis=None)
    assert table.loc[~objects, list(READINESS)].notna().all(axis=None)


def test_an_objection_that_came_earlier_still_holds(client):
    lead = {**rows()[0], "Profiling": "no"}
    assert client.post("/v1/score", lead).json()["ruled_by"] == "objection"
    del lead["Profiling"]
    assert client.post("/v1/score", lead).json()["readiness"] is None
    assert client.post("/v1/score", {**lead, "Profiling": "yes"}).json()["readiness"] is not None


def test_a_ruled_decision_is_taken_again(client, availability, scorer):
    for row in rows()[:6]:
        client.post("/v1/score", row, x_request_id=f"r-{row['LeadId']}")
        kept = replay(availability.store, f"r-{row['LeadId']}", lambda *_: scorer.bundle)
        assert kept[0].differences == []


def test_recorded_files_are_ruled_and_taken_again(scorer, tmp_path):
    LEADS.to_csv(tmp_path / "leads.csv", index=False)
    store = Store(f"sqlite:///{tmp_path / 'leadgate.db'}")
    run = Recorder.of(store, scorer, [tmp_path / "leads.csv"], None)
    answers = run.record(scorer.assess_table(LEADS))
    again = replay(store, run.run, lambda *_: scorer.bundle)
    kept = read_tables(store).decisions.set_index("lead_id")
    sent = [json.loads(row["sent"]) for row in store.decisions(run.run)]
    store.connection.close()
    assert answers["ruled_by"].tolist() == EXPECTED
    assert kept["ruled_by"][LEADS["LeadId"]].tolist() == EXPECTED
    assert all(decision.same for decision in again)
    leads = [held["recorded"] for held in sent]
    assert all(lead["readiness"] is None for lead in leads if lead["rule"] == "objection")
    assert answers.loc[answers["ruled_by"] == "competitor", "why"].str.contains("Type").all()


def test_a_file_without_the_column_of_a_rule_says_so(scorer):
    table = scorer.score(LEADS.drop(columns="Profiling"))
    assert "objection" not in set(table["ruled_by"])
    assert any("policy.rules.objection" in note for note in table.attrs["notes"])
