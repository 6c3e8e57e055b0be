"""A group of features keeps its sum, and what a lead never did is one fact."""

import numpy as np
import pytest

from features.aggregation.definitions import EVERY, Feature
from features.explanation.fact_groups import Facts
from serving.scoring.reasons import Reasons

FEATURES = [
    Feature("Source", "category", "Source", scope="column"),
    Feature("pricing in 7 days", "count", "pricing_view", 7),
    Feature("pricing ever", "count", "pricing_view"),
    Feature("days since pricing", "recency", "pricing_view"),
    Feature("webinar ever", "count", "webinar"),
    Feature("days since webinar", "recency", "webinar"),
    Feature("by email ever", "count", "email", scope="channel"),
    Feature("activities ever", "count", EVERY, scope="lead"),
    Feature("days since any", "recency", EVERY, scope="lead"),
    Feature("others", "leads", EVERY, scope="account"),
    Feature("of others ever", "count", EVERY, scope="account"),
    Feature("age", "age", EVERY, scope="lead"),
]
WORDS = {"Source": ("other", "Web")}
NAN = np.nan
#        Source, pricing x3,   webinar x2, email, all,     account, age
BUSY = [1.0, 2, 3, 1.5, 0, NAN, 0, 3, 1.5, 4, 9, 30]
IDLE = [1.0, 0, 0, NAN, 0, NAN, 0, 0, NAN, 4, 9, 30]


def facts_of(X, shares):
    facts = Facts(FEATURES)
    return dict(
        zip(facts.names, facts.strengths(np.array([X]), np.array([shares]))[0], strict=True)
    )


def said(X, shares):
    reasons = Reasons(FEATURES, WORDS)
    return [r for r in reasons.sentences(np.array([X]), np.array([shares]))[0] if r]


def test_facts_add_up_to_what_moved_the_lead():
    rng = np.random.default_rng(0)
    X = np.where(rng.random((50, 12)) < 0.5, 0.0, rng.integers(1, 5, (50, 12)))
    shares = rng.normal(size=(50, 12))
    sums = Facts(FEATURES).strengths(X, shares).sum(axis=1)
    assert sums == pytest.approx(shares.sum(axis=1), abs=1e-12)


def test_windows_of_a_type_are_one_fact():
    shares = [0, 0.3, -0.1, 0.2, 0, 0, 0, 0, 0, 0, 0, 0]
    assert facts_of(BUSY, shares)["pricing_view"] == pytest.approx(0.4)
    assert said(BUSY, shares) == ["(+) viewed pricing 3 times, most recently 1 day ago"]


def test_what_a_lead_never_did_stands_with_all_that_it_did():
    shares = [0, 0, 0, 0, -0.4, -0.1, 0.2, 0.1, 0, 0, 0, 0]
    strengths = facts_of(BUSY, shares)
    assert strengths["webinar"] == strengths["channel email"] == 0
    assert strengths["activity"] == pytest.approx(-0.2)
    assert said(BUSY, shares) == ["(-) no webinar so far"]


def test_a_lead_that_did_nothing_has_one_reason_for_it():
    shares = [0.05, -0.3, 0, 0, 0.2, 0, -0.1, -0.1, 0, 0, 0, 0]
    assert said(IDLE, shares) == ["(-) no activity so far", "(+) Source is Web"]


def test_what_all_activities_moved_is_said_by_their_number():
    shares = [0, 0, 0, 0, 0.1, 0, 0, 0.3, 0.2, 0, 0, 0]
    assert said(BUSY, shares) == ["(+) 3 activities, most recently 1 day ago"]


def test_the_account_is_said_by_the_feature_that_moved_most():
    shares = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0.2, -0.1, 0.02]
    assert said(BUSY, shares) == [
        "(+) 4 other leads at the account",
        "(+) lead is 30 days old",
    ]


def test_many_leads_are_told_as_one_is():
    rng = np.random.default_rng(1)
    X = np.where(rng.random((200, 12)) < 0.5, 0.0, rng.integers(1, 5, (200, 12)) + 0.5)
    X[:, [0, 9]] = 1.0
    X[:, [3, 5, 8]] = np.where(X[:, [2, 4, 7]] == 0, NAN, X[:, [3, 5, 8]])
    shares = rng.normal(size=(200, 12))
    reasons = Reasons(FEATURES, WORDS)
    together = reasons.sentences(X, shares)
    alone = [reasons.sentences(X[i : i + 1], shares[i : i + 1])[0] for i in range(200)]
    assert (together == np.array(alone)).all()


def test_features_without_a_count_of_all_leave_what_is_lacking_where_it_is():
    facts = Facts(FEATURES[:6])
    shares = np.array([[0, 0, 0, 0, -0.4, 0.0]])
    assert facts.strengths(np.array([BUSY[:6]]), shares)[0].tolist() == [0, 0, -0.4]
