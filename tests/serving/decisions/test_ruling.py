from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from leadgate.policy import LeadState, Load
from serving import metrics
from serving.decisions.ruling import (
    Model,
    Names,
    Ruling,
    features_digest,
    state_from_json,
    state_to_json,
)
from serving.idempotency import CallKey
from serving.scoring.lead_request import ScoreRequest
from serving.scoring.scorer import Scorer
from serving.store import tables

LEAD = {"lead_id": "1", "CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web"}
AS_OF = 1_767_603_600_000_000


@pytest.fixture(scope="module")
def scorer(bundle):
    return Scorer.load(bundle, version="7")


@pytest.fixture(scope="module")
def assessed(scorer):
    return scorer.assess(scorer.reader.read(ScoreRequest(LEAD, as_of=AS_OF)))


def test_a_state_survives_json():
    state = LeadState(7, 2, {"north": Load(2, 0.5)}, "hand_off", "A", "purchase", 3, "north")
    assert state_from_json(state_to_json(state)) == state


def test_the_row_fills_every_column_of_the_table(scorer, assessed):
    ruling = Ruling(
        Model(scorer), assessed, LeadState(now=AS_OF + 5), Names("r-1", "d-1"), CallKey("k", "f")
    )
    row = ruling.row(3)
    assert row.keys() == {column.name for column in tables.decisions.columns} - {"id"}
    assert (row["request_id"], row["idempotency_key"], row["revision"]) == (
        "r-1",
        "k",
        3,
    )
    assert row["fingerprint"] == "f"
    assert (row["decided_at"], row["as_of"]) == (AS_OF + 5, AS_OF)
    assert row["readiness"] == ruling.answer["readiness"]
    assert row["decision"] == ruling.answer["decision"]
    assert {type(row[name]) for name in ("explored", "uses_capacity", "shadow")} == {int}


def test_a_shadow_is_marked_and_not_counted(scorer, assessed):
    def total():
        return metrics.decisions(answer.answer["decision"])._value.get()

    model, state = Model(scorer), LeadState(now=AS_OF)
    answer = Ruling(model, assessed, state, Names("r-1", "d-1"))
    before = total()
    assert Ruling(model, assessed, state, Names("r-1", "d-1"), shadow=True).row(0)["shadow"] == 1
    assert total() == before
    Ruling(model, assessed, state, Names("r-1", "d-1")).count()
    assert total() == before + 1


def test_the_store_gets_a_model_once(scorer):
    calls = []
    store = SimpleNamespace(keep_model=lambda *model: calls.append(model))
    model = Model(scorer)
    model.keep(store)
    model.keep(store)
    assert [call[:2] for call in calls] == [(model.bundle, model.policy_digest)]
    assert calls[0][2] == scorer.policy.to_dict()


def test_the_digest_of_the_features_changes_with_any_of_them(assessed):
    digests = {features_digest(assessed)}
    for place in range(len(assessed.features)):
        features = assessed.features.copy()
        features[place] = 1.0 if np.isnan(features[place]) else features[place] + 1.0
        digests.add(features_digest(replace(assessed, features=features)))
    assert len(digests) == 1 + len(assessed.features)
    assert {len(digest) for digest in digests} == {32}
