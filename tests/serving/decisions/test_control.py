"""The control group where decisions are answered, kept, taken again and written to files."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from leadgate.bundle.bundle import load_bundle
from leadgate.policy import CONTROL, GATE
from serving.batch.recorder import Recorder
from serving.decisions.replay import replay
from serving.http.lead_routes import LeadRoutes
from serving.scoring.scorer import Scorer
from serving.store import Store, read_tables

N = 60
LEADS = pd.DataFrame(
    {
        "LeadId": [f"L{n:02}" for n in range(N)],
        "account_id": [f"A{n // 3}" for n in range(N)],
        "CreatedDate": "2026-01-02T03:04:05Z",
        "Source": "Web",
        "Employees": np.arange(N) * 8,
    }
)


@pytest.fixture
def scorer(bundle):
    """A model of which any lead reaches the line, with a third of the accounts in control."""
    scorer = Scorer(load_bundle(bundle))
    scorer.policy = replace(scorer.policy, scores=(0.0,) * 1001, control=1 / 3)
    return scorer


@pytest.fixture
def client(client_of, scorer, availability, folder):
    return client_of(lambda: scorer, lead_routes=LeadRoutes(availability, folder))


def rows():
    return LEADS.astype({"Employees": str}).to_dict("records")


def test_calls_and_files_draw_the_same_group(client, scorer):
    answers = [client.post("/v1/score", row).json() for row in rows()]
    table = scorer.score(LEADS)
    assert [a["arm"] for a in answers] == table["arm"].tolist()
    assert {a["arm"]: a["decision"] for a in answers} == {CONTROL: "nurture", GATE: "hand_off"}
    accounts = table.groupby(LEADS["account_id"])["arm"].nunique()
    assert set(accounts) == {1}
    assert table["propensity"].tolist() == pytest.approx([a["propensity"] for a in answers])


def test_the_arm_is_kept_and_asked_for_again(client, availability):
    first = {row["LeadId"]: client.post("/v1/score", row).json()["arm"] for row in rows()}
    kept = read_tables(availability.store).decisions.set_index("lead_id")["arm"]
    assert kept.to_dict() == first
    # The account is another one by now; the lead stays where it is.
    moved = [{**row, "account_id": "elsewhere"} for row in rows()]
    assert {r["LeadId"]: client.post("/v1/score", r).json()["arm"] for r in moved} == first


def test_an_account_that_an_earlier_call_named_is_drawn(client, scorer):
    whole = scorer.score(LEADS).set_index("lead_id")["arm"]
    visit = {"type": "pricing_view", "occurred_at": "2026-01-03T09:00:00Z"}
    for row in rows()[::3]:
        client.post("/v1/activities", {"activities": [{**visit, "lead_id": row["LeadId"]}]})
        client.post("/v1/score", row)
        del row["account_id"]
        assert client.post("/v1/score", row).json()["arm"] == whole[row["LeadId"]]


def test_a_decision_is_taken_again_though_the_account_came_later(client, availability, bundle):
    for row in rows():
        without = {name: value for name, value in row.items() if name != "account_id"}
        client.post("/v1/score", without, x_request_id=f"r-{row['LeadId']}")
        client.post("/v1/score", row)
    for row in rows():
        kept = replay(availability.store, f"r-{row['LeadId']}", lambda *_: load_bundle(bundle))
        assert kept[0].differences == []


def test_while_the_store_is_away_the_group_is_the_same(client, scorer, availability, folder):
    arms = scorer.score(LEADS)["arm"].tolist()
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    answers = [client.post("/v1/score", row).json() for row in rows()]
    assert [a["arm"] for a in answers] == arms
    shutil.copytree(away, folder, dirs_exist_ok=True)
    availability.look()
    assert read_tables(availability.store).decisions["arm"].tolist() == arms


def test_an_arm_outlives_decisions_without_it(client, availability, folder):
    """Without the store and the account, or by the last release, a lead had another arm or none."""
    first = {row["LeadId"]: client.post("/v1/score", row).json()["arm"] for row in rows()}
    away = folder.rename(folder.with_name("away"))
    availability.store.connection.close()
    bare = [{**row, "account_id": None} for row in rows()]
    meanwhile = {row["LeadId"]: client.post("/v1/score", row).json()["arm"] for row in bare}
    assert meanwhile != first
    shutil.copytree(away, folder, dirs_exist_ok=True)
    availability.look()
    assert {row["LeadId"]: client.post("/v1/score", row).json()["arm"] for row in rows()} == first
    with availability.store.connection.changing() as connection:
        connection.execute(sa.text("UPDATE decisions SET arm = '' WHERE id > 60"))
    assert {row["LeadId"]: client.post("/v1/score", row).json()["arm"] for row in rows()} == first
    moved = [{**row, "account_id": "elsewhere"} for row in rows()]
    assert {r["LeadId"]: client.post("/v1/score", r).json()["arm"] for r in moved} == first


def test_recorded_files_leave_the_group_out_of_the_week(scorer, tmp_path):
    scorer.policy = replace(scorer.policy, leads_per_week=None, capacity_per_week=20)
    LEADS.to_csv(tmp_path / "leads.csv", index=False)
    store = Store(f"sqlite:///{tmp_path / 'leadgate.db'}")
    run = Recorder.of(store, scorer, [tmp_path / "leads.csv"], None)
    answers = run.record(scorer.assess_table(LEADS))
    again = replay(store, run.run, lambda *_: scorer.bundle)
    store.connection.close()
    taken = answers["decision"] == "hand_off"
    assert taken.sum() == 20
    assert set(answers.loc[taken, "arm"]) == {GATE}
    assert answers["arm"].tolist() == scorer.score(LEADS)["arm"].tolist()
    assert all(decision.same for decision in again)


def test_a_group_too_small_to_show_anything_is_in_the_notes(scorer):
    scorer.policy = replace(scorer.policy, control=0.0001)
    assert any("control group" in note for note in scorer.score(LEADS).attrs["notes"])
