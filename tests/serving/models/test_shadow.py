"""A challenger decides beside the champion: kept, never returned, never in its way."""

from dataclasses import replace

import pytest

from serving.http.lead_routes import LeadRoutes
from serving.scoring.scorer import Scorer
from serving.store import read_tables

LEAD = {"lead_id": "4711", "CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web"}
AS_OF = {"as_of": "2026-01-05T09:00:00Z"}


@pytest.fixture
def challenger(bundle):
    """A model of another digest and version that hands nobody over."""
    scorer = Scorer.load(bundle, version="8")
    scorer.bundle = replace(scorer.bundle, digest="of-the-challenger")
    scorer.policy = replace(scorer.policy, cost_per_handoff=1e9, value_per_win=1.0)
    return scorer


@pytest.fixture
def client(client_of, bundle, availability, folder, challenger):
    return client_of(
        lambda: Scorer.load(bundle, version="7"),
        lead_routes=LeadRoutes(availability, folder, lambda: challenger),
    )


def decisions(availability):
    table = read_tables(availability.store).decisions
    return table.sort_values("shadow").reset_index(drop=True)


def test_the_shadow_decides_on_what_the_champion_saw_and_is_kept(client, availability):
    answer = client.post("/v1/score", {**LEAD, **AS_OF}).json()
    kept = decisions(availability)
    assert kept["shadow"].tolist() == [False, True]
    assert kept["model_version"].tolist() == ["7", "8"]
    assert kept["request_id"].unique().tolist() == [answer["request_id"]]
    assert kept["features_digest"].nunique() == 1
    assert kept["decision"].tolist() == [answer["decision"], "nurture"]
    assert answer["decision"] == "hand_off"
    assert answer["model_version"] == "7"
    assert kept["policy_digest"].nunique() == 2


def test_the_shadow_is_never_answered_with_and_never_the_last_decision(client):
    first = client.post("/v1/score", {**LEAD, **AS_OF}, idempotency_key="k").json()
    assert client.post("/v1/score", {**LEAD, **AS_OF}, idempotency_key="k").json() == first
    decisions = client.get("/v1/leads/4711").json()["decisions"]
    assert [decision["model_version"] for decision in decisions] == ["7"]
    assert client.post("/v1/score", {"lead_id": "4711", **AS_OF}).json()["decision"] == "hand_off"


def test_the_same_model_is_no_shadow(client, availability, challenger, bundle):
    challenger.bundle = Scorer.load(bundle).bundle
    client.post("/v1/score", {**LEAD, **AS_OF})
    assert decisions(availability)["shadow"].tolist() == [False]


def test_a_shadow_that_fails_is_in_nobodys_way(client, availability, challenger, caplog):
    def broken(record):
        raise ZeroDivisionError(record.lead_id)

    challenger.assess = broken
    answer = client.post("/v1/score", {**LEAD, **AS_OF})
    assert answer.status == 200
    assert decisions(availability)["shadow"].tolist() == [False]
    assert "The shadow could not decide: ZeroDivisionError." in caplog.text
    assert "4711" not in caplog.text
