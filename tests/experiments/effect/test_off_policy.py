"""Off-policy values: the truth of simulated logs, identities, and refusals."""

from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest

from experiments.effect.off_policy import (
    Log,
    chance_of,
    first_decisions,
    handoff_chance,
    off_policy_value,
)
from experiments.simulation.logs import draw_log
from leadgate.errors import DataError
from leadgate.policy import decide_many
from tests.leadgate.policies import SCORES, policy_of

ESTIMATES = ("inverse_propensity", "ratio", "doubly_robust")


def _log(n=2000, seed=0, chance=0.3):
    rng = np.random.default_rng(seed)
    chances = np.full(n, chance)
    return Log(
        handed_off=rng.random(n) < chances,
        chance=chances,
        reward=rng.normal(10, 5, n),
        account=rng.integers(0, n // 2, n),
    )


def test_intervals_hold_the_truth_of_most_simulated_logs():
    held = []
    for seed in range(10):
        drawn = draw_log(3000, 0.1, seed)
        value = off_policy_value(drawn.log, drawn.target, drawn.expected)
        held.append(
            [m.low <= drawn.truth <= m.high for m in (getattr(value, e) for e in ESTIMATES)]
        )
    assert (np.sum(held, axis=0) >= 7).all()


def test_the_policy_of_the_log_earns_what_it_earned():
    log = _log(chance=1.0)
    value = off_policy_value(log, log.chance)
    for name in ESTIMATES:
        assert getattr(value, name).value == pytest.approx(log.reward.mean())
    assert value.effective_n == pytest.approx(2000)
    assert value.unsupported == 0.0


def test_a_right_model_leaves_the_doubly_robust_value_alone():
    log = _log()
    value = off_policy_value(log, np.full(2000, 0.5), expected=log.reward)
    assert value.doubly_robust.value == pytest.approx(0.5 * log.reward.mean())
    assert value.doubly_robust.low > value.inverse_propensity.low


def test_rewards_of_leads_held_back_are_not_looked_at():
    log = _log()
    hidden = Log(
        log.handed_off, log.chance, np.where(log.handed_off, log.reward, np.nan), log.account
    )
    target = np.linspace(0, 1, 2000)
    assert astuple(off_policy_value(log, target)) == astuple(off_policy_value(hidden, target))


def test_handoffs_that_the_log_could_not_make_are_refused():
    log = _log()
    blind = Log(log.handed_off[:1000], np.r_[np.zeros(500), np.ones(500)], log.reward[:1000],
                log.account[:1000])  # fmt: skip
    with pytest.raises(DataError, match="50% of its handoffs where the log could make none"):
        off_policy_value(blind, np.ones(1000))


def test_too_few_effective_handoffs_are_refused():
    log = _log(chance=0.01)
    with pytest.raises(DataError, match="effective handoffs of this policy; 50 are needed"):
        off_policy_value(log, np.ones(2000))


def test_first_decisions_are_the_first_handoff_or_nurture_of_each_lead():
    decisions = pd.DataFrame(
        {
            "lead_id": ["a", "b", "a", "c", "b"],
            "as_of": pd.to_datetime([3, 1, 2, 1, 5], unit="D", utc=True),
            "decision": ["hand_off", "hand_off", "nurture", "review", "nurture"],
            "propensity": [1.0, 0.2, 0.9, 1.0, 1.0],
        }
    )
    first = first_decisions(decisions)
    assert first["lead_id"].tolist() == ["b", "a"]
    assert first["chance"].tolist() == pytest.approx([0.2, 0.1])


def test_chance_of_a_handoff_is_that_over_the_keys():
    policy = policy_of(explore=0.2, capacity_per_week=30)
    readiness = np.r_[SCORES[:400], np.nan]
    chance = handoff_chance(policy, readiness)
    ids = np.array([str(i) for i in range(401)], dtype=object)
    decided = decide_many(readiness, ids, policy)
    assert chance_of(decided.decision, decided.propensity) == pytest.approx(chance)
    assert (chance[:400][readiness[:400] >= policy.threshold] == 1.0).all()
    assert chance[-1] == 0.0
    assert np.mean(decided.decision == "hand_off") == pytest.approx(chance.mean(), abs=0.05)


def test_ties_in_time_leave_the_first_row():
    decisions = pd.DataFrame(
        {
            "lead_id": ["a"] * 3,
            "as_of": pd.to_datetime([1, 1, 1], unit="D", utc=True),
            "decision": ["nurture", "hand_off", "hand_off"],
            "propensity": [0.9, 0.5, 0.4],
        }
    )
    assert first_decisions(decisions)["chance"].tolist() == pytest.approx([0.1])


def test_chance_is_the_propensity_its_complement_or_nothing():
    decision = np.array(["hand_off", "nurture", "review", "recycle"], dtype=object)
    chance = chance_of(decision, np.array([0.2, 0.7, 1.0, 1.0]))
    assert chance.tolist() == pytest.approx([0.2, 0.3, 0.0, 0.0])


def uneven_log(n=400):
    """A log with unlike chances and rewards, a policy, and a model of the rewards."""
    rng = np.random.default_rng(5)
    chance = rng.uniform(0.2, 0.9, n)
    log = Log(rng.random(n) < chance, chance, rng.normal(8, 3, n), np.arange(n))
    return log, rng.uniform(0, 1, n), rng.normal(8, 1, n)


def test_the_three_estimates_are_those_of_their_formulas():
    log, target, expected = uneven_log()
    value = off_policy_value(log, target, expected)
    n, earned, weights, robust = target.size, 0.0, [], 0.0
    for i in range(n):
        w = target[i] / log.chance[i] if log.handed_off[i] else 0.0
        weights.append(w)
        earned += w * (log.reward[i] if log.handed_off[i] else 0.0)
        robust += target[i] * expected[i] + w * (log.reward[i] - expected[i])
    assert value.inverse_propensity.value == pytest.approx(earned / n)
    assert value.ratio.value == pytest.approx(earned / sum(weights) * target.mean())
    assert value.doubly_robust.value == pytest.approx(robust / n)
    assert value.effective_n == pytest.approx(sum(weights) ** 2 / sum(w * w for w in weights))
    assert value.handoffs == log.handed_off.sum()
    assert value.unsupported == 0.0


def test_without_a_model_the_doubly_robust_value_is_that_of_inverse_propensity():
    log, target, _ = uneven_log()
    value = off_policy_value(log, target)
    assert astuple(value.doubly_robust) == astuple(value.inverse_propensity)
    for name in ESTIMATES:
        assert getattr(value, name).low < getattr(value, name).value < getattr(value, name).high


def test_intervals_are_by_account():
    log, target, _ = uneven_log()
    pairs = Log(*(np.repeat(part, 4) for part in vars(log).values()))
    alone = Log(pairs.handed_off, pairs.chance, pairs.reward, np.arange(1_600))
    widths = [
        value.high - value.low
        for value in (
            off_policy_value(each, np.repeat(target, 4)).inverse_propensity
            for each in (pairs, alone)
        )
    ]
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.2)


def handed_off_log(n, without_chance=0):
    """A log that handed off every lead with certainty, but for some that it could not."""
    chance = np.ones(n + without_chance)
    chance[n:] = 0.0
    return Log(chance > 0, chance, np.ones(chance.size), np.arange(chance.size))


def test_fifty_effective_handoffs_are_enough_and_fewer_are_not():
    assert off_policy_value(handed_off_log(50), np.ones(50)).effective_n == 50.0
    with pytest.raises(DataError, match="holds 49 effective handoffs") as refusal:
        off_policy_value(handed_off_log(49), np.ones(49))
    assert refusal.value.code == "no_overlap"


def test_two_in_a_hundred_handoffs_may_lie_outside_the_log():
    value = off_policy_value(handed_off_log(98, 2), np.ones(100))
    assert value.unsupported == 0.02
    assert value.handoffs == 98
    assert value.inverse_propensity.value == pytest.approx(0.98)
    with pytest.raises(DataError, match="makes 3% of its handoffs") as refusal:
        off_policy_value(handed_off_log(97, 3), np.ones(100))
    assert refusal.value.code == "no_overlap"


def test_a_policy_that_hands_nobody_off_has_no_value():
    with pytest.raises(DataError, match="holds 0 effective handoffs"):
        off_policy_value(handed_off_log(60), np.zeros(60))


def test_a_lead_that_is_worth_nothing_has_no_chance():
    policy = policy_of(cost_per_handoff=10.0, value_per_win=1_000.0)
    readiness = np.sort(SCORES)[-50:]
    assert handoff_chance(policy, readiness).max() == 1.0
    assert handoff_chance(policy, readiness, np.zeros(50)).max() == 0.0
