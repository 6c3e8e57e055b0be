"""Leads ranked by what working them adds, and handoffs that pay by it."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.config import PolicySettings
from leadgate.policy import Lead, LeadState, Policy, decide, decide_best, decide_many
from leadgate.policy.policy import NEVER

READINESS = np.linspace(0.0, 1.0, 1001)
# Leads that are surest to buy gain least from being called.
UPLIFT = np.linspace(-0.1, 0.5, 1001)
FRESH = LeadState()


def policy_of(**settings):
    learned = Policy.learn(READINESS, base_rate=0.3, leads_per_week=100, uplift=UPLIFT)
    return learned.with_settings(PolicySettings(**settings))


def test_the_line_is_on_the_uplift_that_fills_the_capacity():
    policy = policy_of(rank_by="uplift", capacity_per_week=25)
    assert policy.threshold == pytest.approx(np.quantile(UPLIFT, 0.75), abs=1e-6)
    likely = Lead("a", 0.9, uplift=0.1)
    helped = Lead("b", 0.4, uplift=0.45)
    assert decide(likely, FRESH, policy).decision == "nurture"
    decision = decide(helped, FRESH, policy)
    assert (decision.decision, decision.threshold) == ("hand_off", policy.threshold)
    assert decision.why == "uplift reaches the capacity threshold"
    assert decision.expected_value == 0.45


@pytest.mark.parametrize(("uplift", "decision"), [(0.02, "hand_off"), (0.0199, "nurture")])
@pytest.mark.parametrize("rank_by", ["readiness", "uplift"])
def test_a_handoff_pays_by_the_uplift_whatever_ranks(rank_by, uplift, decision):
    policy = policy_of(rank_by=rank_by, cost_per_handoff=40.0, value_per_win=2000.0)
    decided = decide(Lead("a", 0.95, uplift=uplift), FRESH, policy)
    assert decided.decision == decision
    score = uplift if rank_by == "uplift" else 0.95
    assert (score >= decided.threshold) == (decision == "hand_off")


def test_a_lead_that_buys_by_itself_is_not_called():
    policy = policy_of(capacity_per_week=50, cost_per_handoff=40.0, value_per_win=2000.0)
    decided = decide(Lead("a", 0.95, readiness_unworked=0.94, uplift=0.01), FRESH, policy)
    assert (decided.decision, decided.threshold) == ("nurture", NEVER)
    assert decided.why == "working it adds less than it costs"
    assert decide(Lead("a", 0.95), FRESH, policy).decision == "hand_off"


def test_without_a_cost_leads_are_taken_by_readiness_as_before():
    policy = policy_of(capacity_per_week=50)
    assert decide(Lead("a", 0.95, uplift=-0.01), FRESH, policy).decision == "hand_off"


def test_working_a_lead_that_it_harms_never_pays():
    policy = policy_of(rank_by="uplift", capacity_per_week=100)
    assert decide(Lead("a", 0.9, uplift=-1e-9), FRESH, policy).decision == "nurture"
    assert decide(Lead("a", 0.9, uplift=0.0), FRESH, policy).decision == "hand_off"


def test_a_model_of_one_arm_ranks_by_readiness():
    learned = Policy.learn(READINESS, base_rate=0.3, leads_per_week=100)
    asked = PolicySettings(rank_by="uplift", capacity_per_week=25)
    policy = learned.with_settings(asked)
    assert not policy.by_uplift
    assert policy.threshold == pytest.approx(0.75, abs=1e-6)
    assert decide(Lead("a", 0.9), FRESH, policy).why == "readiness reaches the capacity threshold"


def test_too_little_known_is_reviewed():
    policy = policy_of(rank_by="uplift")
    assert decide(Lead("a", math.nan), FRESH, policy).decision == "review"
    assert decide_many(
        np.array([math.nan]), ["a"], policy, None, np.array([math.nan])
    ).decision == ["review"]


settings = st.fixed_dictionaries(
    {"rank_by": st.sampled_from(["readiness", "uplift"])},
    optional={
        "capacity_per_week": st.integers(1, 120),
        "cost_per_handoff": st.sampled_from([0.0, 40.0]),
        "value_per_win": st.sampled_from([100.0, 2000.0]),
        "explore": st.sampled_from([0.0, 0.1]),
    },
)


@given(settings, st.integers(0, 100))
def test_many_leads_get_what_each_gets_alone(settings, seed):
    rng = np.random.default_rng(seed)
    policy, n = policy_of(**settings), 40
    readiness, uplift = rng.uniform(size=n).round(2), rng.uniform(-0.2, 0.6, n).round(2)
    values = np.where(rng.random(n) < 0.5, np.nan, rng.uniform(0, 3000, n).round())
    ids = [f"l{k}" for k in range(n)]
    many = decide_many(readiness, ids, policy, values, uplift)
    for k, name in enumerate(ids):
        lead = Lead(name, readiness[k], uplift=uplift[k], value=values[k])
        alone = decide(lead, FRESH, policy)
        assert alone.decision == many.decision[k]
        assert (alone.threshold, alone.why) == (many.threshold[k], many.why[k])
        assert alone.propensity == pytest.approx(many.propensity[k])


@given(st.integers(1, 20), st.integers(0, 100))
def test_the_best_of_a_file_are_those_of_the_greatest_uplift(n, seed):
    rng = np.random.default_rng(seed)
    readiness, uplift = rng.uniform(size=20).round(1), rng.uniform(-0.2, 0.6, 20).round(1)
    ids = np.array([f"l{k:02d}" for k in range(20)], dtype=object)
    best = decide_best(readiness, ids, policy_of(rank_by="uplift"), n, None, uplift)
    taken = best.decision == "hand_off"
    able = int((uplift >= 0).sum())
    assert taken.sum() == min(n, able)
    order = sorted(range(20), key=lambda k: (-uplift[k], ids[k]))
    assert set(np.flatnonzero(taken)) == set(order[: min(n, able)])
    assert ((uplift >= best.threshold) | ~taken).all()


def test_ranking_by_uplift_needs_one():
    with pytest.raises(ValueError, match="ranked by uplift need one"):
        decide_many(np.array([0.5]), ["a"], policy_of(rank_by="uplift"))


def test_a_policy_of_one_arm_is_written_as_before():
    one = Policy.learn(READINESS, base_rate=0.3)
    assert not {"rank_by", "uplifts"} & one.to_dict().keys()
    both = policy_of(rank_by="uplift")
    assert Policy.from_dict(json.loads(json.dumps(both.to_dict()))) == both


@pytest.mark.parametrize("fault", [{"uplifts": (0.2, 0.1)}, {"rank_by": "value"}])
def test_a_policy_that_is_none_is_refused(fault):
    with pytest.raises(ValueError, match=r"uplifts must ascend|ranked by readiness or by uplift"):
        replace(policy_of(), **fault)
