"""How long a control group takes: from what is given, from a policy, and what is refused."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from experiments.effect.plan import SHARES, Plan, expected_effect, plan_of
from leadgate.errors import DataError
from leadgate.policy.control import largest_effect, weeks_to_show
from tests.leadgate.policies import policy_of

GIVEN = {"leads_per_week": 200.0, "base_rate": 0.05, "effect": 0.02}


def test_the_weeks_hold_the_horizon_and_the_accounts():
    plan = plan_of(None, 70.0, **GIVEN)
    leads = weeks_to_show(0.02, 0.05, 0.1, 200.0)
    assert plan.weeks(0.1) == pytest.approx(leads + 10)
    assert replace(plan, variance=2.0).weeks(0.1) == pytest.approx(2 * leads + 10)


def test_what_a_group_costs_is_its_part_of_the_effect():
    assert plan_of(None, 90.0, **GIVEN).wins_lost(0.1) == pytest.approx(0.02 * 0.1 * 200 * 13)


def test_the_share_that_is_set_is_among_those_compared():
    assert plan_of(None, 90.0, **GIVEN).shares == [*SHARES]
    assert plan_of(None, 90.0, **GIVEN, control=0.15).shares == [0.05, 0.1, 0.15, 0.2, 0.3]
    assert plan_of(None, 90.0, **GIVEN, control=0.2).shares == [*SHARES]


def test_what_is_not_given_is_the_policys():
    policy = policy_of(np.linspace(0, 0.4, 1001), capacity_per_week=50)
    plan = plan_of(policy, 90.0)
    effect, rate = expected_effect(policy)
    assert (plan.leads_per_week, plan.base_rate, plan.effect) == (100.0, rate, effect)
    given = plan_of(policy, 90.0, **GIVEN)
    assert (given.leads_per_week, given.base_rate, given.effect) == (200.0, 0.05, 0.02)


def test_half_of_the_wins_are_expected_to_come_by_themselves():
    policy = policy_of(np.linspace(0, 0.4, 1001), capacity_per_week=50)
    largest, rest = largest_effect(policy)
    effect, rate = expected_effect(policy)
    assert effect == pytest.approx(largest / 2)
    assert rate == pytest.approx(rest + largest / 2)
    known = replace(policy, uplifts=tuple(np.linspace(0, 0.1, 1001)))
    assert expected_effect(known) == largest_effect(known)


@pytest.mark.parametrize("left_out", [*GIVEN])
def test_what_is_neither_given_nor_known_is_named(left_out):
    given = {name: value for name, value in GIVEN.items() if name != left_out}
    option = f"--{left_out.replace('_', '-')}"
    with pytest.raises(DataError, match=f"A plan needs {option}, and there") as refusal:
        plan_of(None, 90.0, **given)
    assert refusal.value.hint == f"Give {option} X, or train a model first."


def test_rates_above_one_are_refused():
    with pytest.raises(DataError, match="add up to 110% of the leads"):
        plan_of(None, 90.0, leads_per_week=10.0, base_rate=0.6, effect=0.5)


def test_an_effect_of_nothing_never_shows():
    plan = plan_of(None, 90.0, leads_per_week=10.0, base_rate=0.1, effect=0.0, control=0.1)
    assert math.isinf(plan.weeks(0.1))
    assert {row["weeks_needed"] for row in plan.to_dict()["weeks"]} == {None}


def test_json_holds_whole_weeks():
    plan = Plan(200.0, 0.05, 0.02, 90.0)
    rows = plan.to_dict()["weeks"]
    assert [row["control"] for row in rows] == [*SHARES]
    assert rows[1]["weeks_needed"] == math.ceil(plan.weeks(0.1))
    assert rows[1]["wins_lost_per_quarter"] == plan.wins_lost(0.1)
