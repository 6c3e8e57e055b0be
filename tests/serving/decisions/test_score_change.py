"""What GET says of why a score moved: from what the store kept of two decisions."""

import json
import shutil
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from leadgate.bundle.bundle import copy_bundle, load_bundle
from leadgate.policy.score_change import above_line
from serving.decisions import score_change
from serving.decisions.score_change import MOST, ScoreChanges
from serving.http.lead_routes import LeadRoutes
from serving.scoring.earlier_calls import EarlierCalls
from serving.scoring.scorer import Scorer
from tests.serving.decisions.test_decider import LEAD, VISITS

FIRST, LATER = {"as_of": "2026-01-05T09:00:00Z"}, {"as_of": "2026-02-10T09:00:00Z"}


@pytest.fixture
def serve(client_of, availability, folder):
    def start(path, **policy):
        scorer = Scorer.load(path)
        scorer.policy = replace(scorer.policy, **policy)
        return client_of(lambda: scorer, lead_routes=LeadRoutes(availability, folder))

    return start


def decisions(client):
    answer = client.get("/v1/leads/4711")
    assert answer.status == 200, answer.json()
    return answer.json()["decisions"]


def parts(text):
    return dict(part.split(" ") for part in text.split(", "))


def distance(decision):
    return above_line(decision["readiness"], decision["threshold"])


def test_the_first_decision_has_no_change(serve, bundle):
    client = serve(bundle)
    client.post("/v1/score", {**LEAD, **FIRST})
    (only,) = decisions(client)
    assert (only["change"], only["change_why"], only["trend"]) == (None, "", "not enough info")


def test_a_change_is_the_difference_of_the_answers(serve, bundle):
    client = serve(bundle)
    for sent in (FIRST, {**LATER, "Employees": "400"}):
        client.post("/v1/score", {**LEAD, **sent})
    then, now = decisions(client)
    assert abs(now["change"] - (distance(now) - distance(then))) <= 1e-9
    assert now["change"] != 0


def test_new_facts_move_it_by_themselves_at_an_instant(serve, bundle):
    client = serve(bundle)
    client.post("/v1/score", {**LEAD, **FIRST})
    client.post("/v1/score", {**LEAD, **FIRST, "Employees": "400", "activities": VISITS})
    now = decisions(client)[-1]
    assert parts(now["change_why"]).keys() == {"facts"}
    assert float(parts(now["change_why"])["facts"]) == pytest.approx(now["change"], abs=0.005)


def test_time_alone_moves_it_where_nothing_came(serve, bundle):
    client = serve(bundle)
    client.post("/v1/score", {**LEAD, **FIRST, "activities": VISITS})
    client.post("/v1/score", {"lead_id": "4711", **LATER})
    now = decisions(client)[-1]
    assert set(parts(now["change_why"])) <= {"time", "policy"}
    assert "time" in parts(now["change_why"])


def test_facts_that_came_later_are_facts_and_not_time(serve, bundle):
    client = serve(bundle)
    client.post("/v1/score", {**LEAD, **FIRST})
    client.post("/v1/score", {"lead_id": "4711", **LATER})
    aged = decisions(client)[-1]
    client.post(
        "/v1/score", {"lead_id": "4711", "Employees": "9000", "as_of": "2026-02-10T09:00:01Z"}
    )
    now = decisions(client)[-1]
    assert set(parts(now["change_why"])) == {"facts"}
    assert aged["change"] != now["change"]


def test_another_policy_moves_the_line(serve, bundle):
    serve(bundle).post("/v1/score", {**LEAD, **FIRST})
    strict = serve(bundle, scores=(0.9,) * 1001, leads_per_week=100.0, capacity_per_week=10)
    strict.post("/v1/score", {**LEAD, **FIRST})
    then, now = decisions(strict)
    assert now["threshold"] > then["threshold"]
    assert parts(now["change_why"]).keys() == {"policy"}
    assert now["change"] < 0


def test_another_model_moves_the_readiness(serve, bundle, tmp_path):
    other = tmp_path / "other"
    loaded = load_bundle(bundle)
    calibration = loaded.model.calibration.moved(0.5, 0.0)
    written = json.loads((bundle / "calibration.json").read_text())
    golden = json.loads((bundle / "golden.json").read_text())
    golden["readiness"] = calibration.readiness(
        loaded.model.log_odds(np.array(golden["rows"], dtype=float))
    ).tolist()
    copy_bundle(
        loaded, other, meta={}, card="moved",
        files={
            "calibration.json": {**written, "calibration": calibration.to_dict()},
            "golden.json": golden,
        },
    )  # fmt: skip
    serve(bundle).post("/v1/score", {**LEAD, **FIRST})
    client = serve(other)
    client.post("/v1/score", {**LEAD, **FIRST})
    now = decisions(client)[-1]
    assert parts(now["change_why"]) == {"model": "+0.50"}
    assert now["change"] == pytest.approx(0.5)
    shutil.rmtree(other)
    # Where a version is gone nothing can be said, by a service that has not read it yet.
    gone = decisions(serve(bundle))[-1]
    assert (gone["change"], gone["change_why"]) == (None, "")


def test_a_trend_follows_the_log_odds(serve, bundle):
    client = serve(bundle)
    client.post("/v1/score", {**LEAD, **FIRST, "Employees": "1"})
    client.post("/v1/score", {**LEAD, **LATER, "Employees": "1"})
    then, now = decisions(client)
    moved = above_line(now["readiness"], 0.5) - above_line(then["readiness"], 0.5)
    expected = "steady" if abs(moved) <= 0.25 else "improving" if moved > 0 else "declining"
    assert now["trend"] == expected


def test_a_decision_that_comes_out_otherwise_has_no_change(serve, bundle, availability):
    client = serve(bundle)
    for sent in (FIRST, LATER):
        client.post("/v1/score", {**LEAD, **sent})
    store = availability.store
    then, now = store.decisions_on("4711")
    changes = ScoreChanges(store)
    assert changes.between(then, now) is not None
    assert changes.between(then, {**now, "readiness": now["readiness"] + 1e-6}) is None
    assert changes.between({**then, "threshold": then["threshold"] * 1.001}, now) is None
    assert changes.between({**then, "readiness": None}, now) is None
    assert changes.between({**then, "sent": '{"recorded": {}}'}, now) is None
    assert changes.between({**then, "policy_digest": "0"}, now) is None
    assert changes.between({**then, "bundle_digest": "0"}, now) is None


def test_only_the_newest_decisions_are_taken_again(serve, bundle):
    client = serve(bundle)
    for _ in range(MOST + 2):
        client.post("/v1/score", {**LEAD, **FIRST})
    changes = [decision["change"] for decision in decisions(client)]
    assert changes == [None, None] + [0.0] * MOST


@pytest.mark.parametrize(
    ("whole", "account", "expected"),
    [(True, "acme", [("acme", "x")]), (False, "acme", None), (True, "", None)],
)
def test_the_account_is_looked_up_where_the_model_looks_at_it(
    monkeypatch, whole, account, expected
):
    calls = EarlierCalls(1, account, 15)
    monkeypatch.setattr(score_change, "earlier_calls_of", lambda *_: calls)
    store = SimpleNamespace(others=lambda *of: [of])
    rows = {"lead_id": "x", "as_of": 10}, {"lead_id": "x", "as_of": 20}
    pair = score_change._Pair(store, rows, lambda *_: None)
    model = SimpleNamespace(whole_accounts=whole)
    then, now = (pair._facts(True, as_now, model) for as_now in (False, True))
    assert then.others == now.others == expected
    # No lead is looked at before its creation.
    assert (then.created_at, now.created_at) == (10, 15)
