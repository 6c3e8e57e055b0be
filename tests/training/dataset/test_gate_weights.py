"""Explored leads add up to the leads they stand for; no weight is larger than was planned."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.stored_tables import no_policies
from leadgate.policy import CONTROL, HAND_OFF, NURTURE, decide_many
from tests.leadgate.policies import policy_of
from training.dataset.gate_weights import MOST_STRATA, PER_STRATUM, chance_of_handoff, stands_for

POLICIES = pd.DataFrame({"policy_digest": ["p"], "explore": [0.03], "control": [0.0]})


def log(*rows, **columns):
    """Return decisions from rows of lead, decision, propensity, explored."""
    made = pd.DataFrame(rows, columns=["lead_id", "decision", "propensity", "explored"])
    made["uses_capacity"] = made["decision"] == HAND_OFF
    return made.assign(**{"policy_digest": "p", "arm": "", **columns})


def gate_log(n, seed=0, **settings):
    """Return the decisions of a gate on n leads, its policy, and their readiness."""
    rng = np.random.default_rng(seed)
    readiness = rng.beta(2, 8, n)
    policy = policy_of(capacity_per_week=40, **settings)
    ids = [f"{seed}-{k}" for k in range(n)]
    decided = decide_many(readiness, ids, policy)
    columns = decided.decision, decided.propensity, decided.explored
    decisions = log(*zip(ids, *columns, strict=True), arm=decided.arm)
    kept = POLICIES.assign(explore=policy.explore, control=policy.control)
    return decisions, kept, readiness


def test_a_lead_handed_off_for_certain_stands_for_itself():
    weights = stands_for(log(("a", HAND_OFF, 1.0, False), ("b", NURTURE, 1.0, False)), POLICIES)
    assert weights.to_dict() == {"a": 1.0}


def test_an_explored_lead_stands_for_all_like_it():
    held = [(f"h{k}", NURTURE, 0.9, False) for k in range(17)]
    explored = [("x", HAND_OFF, 0.1, True), ("y", HAND_OFF, 0.1, True)]
    weights = stands_for(log(*explored, *held, ("a", HAND_OFF, 1.0, False)), POLICIES)
    assert weights.to_dict() == pytest.approx({"x": 9.5, "y": 9.5, "a": 1.0})


def test_leads_of_smaller_chances_stand_for_more():
    rows = [("x", HAND_OFF, 0.05, True), ("y", HAND_OFF, 0.1, True)]
    weights = stands_for(log(*rows, *[(f"{k}", NURTURE, 0.9, False) for k in range(28)]), POLICIES)
    assert weights.to_dict() == pytest.approx({"x": 20.0, "y": 10.0})


def test_no_chance_is_smaller_than_the_policy_plans():
    rows = [("x", HAND_OFF, 1e-6, True), ("y", HAND_OFF, 0.01, True)]
    held = [(f"{k}", NURTURE, 0.99, False) for k in range(98)]
    weights = stands_for(log(*rows, *held), POLICIES)
    assert weights.to_dict() == pytest.approx({"x": 50.0, "y": 50.0})


def test_the_smallest_planned_chance_is_outside_the_control_group():
    rows = [("x", HAND_OFF, 1e-6, True), ("y", HAND_OFF, 0.1, True)]
    held = [(f"{k}", NURTURE, 0.9, False) for k in range(58)]
    policies = POLICIES.assign(explore=0.12, control=0.5)
    # A third of 0.12, in the half that is no control: 0.02.
    assert stands_for(log(*rows, *held), policies).to_dict() == pytest.approx({"x": 50, "y": 10})


def test_where_the_policy_is_not_kept_the_smallest_draw_is_the_limit():
    rows = [("x", HAND_OFF, 0.05, True), ("y", HAND_OFF, 0.1, True)]
    held = [(f"{k}", NURTURE, 0.9, False) for k in range(13)]
    weights = stands_for(log(*rows, *held), no_policies())
    assert weights.to_dict() == pytest.approx({"x": 10.0, "y": 5.0})


def test_those_outside_a_control_group_stand_for_it():
    rows = [(f"g{k}", HAND_OFF, 0.8, False) for k in range(70)]
    rows += [(f"c{k}", NURTURE, 0.2, False) for k in range(30)]
    arms = ["gate"] * 70 + [CONTROL] * 30
    weights = stands_for(log(*rows, arm=arms), POLICIES.assign(control=0.2))
    assert weights.to_numpy() == pytest.approx(np.full(70, 100 / 70))


def test_the_control_group_below_the_line_is_one_of_those_held_back():
    rows = [("x", HAND_OFF, 0.08, True), ("c", NURTURE, 0.92, False), ("h", NURTURE, 0.92, False)]
    weights = stands_for(log(*rows, arm=["gate", CONTROL, "gate"]), POLICIES.assign(control=0.2))
    assert weights.to_dict() == pytest.approx({"x": 3.0})


def test_nobody_stands_for_leads_of_a_full_week():
    rows = [("x", HAND_OFF, 0.5, True), ("h", NURTURE, 0.5, False), ("full", NURTURE, 1.0, False)]
    assert stands_for(log(*rows), POLICIES).to_dict() == pytest.approx({"x": 2.0})


def test_a_lead_that_waited_and_then_reached_the_line_stands_for_itself():
    rows = [("a", NURTURE, 0.9, False), ("x", HAND_OFF, 0.1, True), ("h", NURTURE, 0.9, False)]
    later = [("a", HAND_OFF, 1.0, False)]
    weights = stands_for(log(*rows, *later), POLICIES)
    assert weights.to_dict() == pytest.approx({"a": 1.0, "x": 2.0})


def test_reviews_and_what_came_after_a_handoff_do_not_count():
    rows = [("r", "review", 1.0, False), ("x", HAND_OFF, 0.25, True), ("x", "recycle", 1.0, False)]
    rows += [("x", HAND_OFF, 1.0, False), ("h", NURTURE, 0.75, False)]
    assert stands_for(log(*rows), POLICIES).to_dict() == pytest.approx({"x": 2.0})


def test_an_empty_log_has_no_weight():
    assert stands_for(log(), POLICIES).empty


@pytest.mark.parametrize("settings", [{"explore": 0.03}, {"explore": 0.05, "control": 0.1}])
@pytest.mark.parametrize("seed", range(3))
def test_explored_weights_add_up_to_the_leads_held_back(settings, seed):
    decisions, policies, _ = gate_log(6000, seed, **settings)
    weights = stands_for(decisions, policies)
    explored = decisions[decisions["explored"].astype(bool)]["lead_id"]
    held = (decisions["decision"] == NURTURE) & (
        (decisions["arm"] != CONTROL) | (chance_of_handoff(decisions) < 0.5)
    )
    beyond = weights[explored].sum() - len(explored)
    assert beyond == pytest.approx(held.sum(), rel=0.02)


def test_weighted_leads_have_the_readiness_of_all():
    """The worked leads of a gate, weighted, are a sample of all leads."""
    decisions, policies, readiness = gate_log(40_000, explore=0.1, control=0.2)
    weights = stands_for(decisions, policies)
    of_lead = pd.Series(readiness, index=decisions["lead_id"])[weights.index]
    assert np.average(of_lead, weights=weights) == pytest.approx(readiness.mean(), rel=0.02)
    assert weights.sum() == pytest.approx(40_000)


def test_strata_follow_the_chance_where_there_are_leads_enough():
    n = PER_STRATUM * MOST_STRATA
    low = [(f"x{k}", HAND_OFF, 0.02, True) for k in range(n)]
    high = [(f"y{k}", HAND_OFF, 0.1, True) for k in range(n)]
    held = [(f"l{k}", NURTURE, 0.98, False) for k in range(39 * n)]
    # More of the likelier ones were drawn than were to be expected.
    held += [(f"m{k}", NURTURE, 0.9, False) for k in range(4 * n)]
    weights = stands_for(log(*low, *high, *held), POLICIES)
    assert weights["x0"] == pytest.approx(40.0)
    assert weights["y0"] == pytest.approx(5.0)


def test_leads_of_smaller_chances_than_any_that_was_explored_are_stood_for():
    rows = [(f"x{k}", HAND_OFF, 0.2, True) for k in range(2 * PER_STRATUM)]
    rows += [("h", NURTURE, 0.99, False)]
    assert stands_for(log(*rows), POLICIES).sum() == pytest.approx(2 * PER_STRATUM + 1)


@given(st.integers(1, 200), st.integers(0, 400), st.floats(0.01, 0.5))
def test_the_sum_is_the_count_whatever_was_drawn(explored, held, chance):
    rows = [(f"x{k}", HAND_OFF, chance, True) for k in range(explored)]
    rows += [(f"h{k}", NURTURE, 1 - chance, False) for k in range(held)]
    assert stands_for(log(*rows), POLICIES).sum() == pytest.approx(explored + held)
