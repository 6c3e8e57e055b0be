"""Off-policy values: the truth of simulated logs, identities, and refusals."""

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

ESTIMATES = ("inverse_propensity", "self_normalised", "doubly_robust")


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
    assert off_policy_value(log, target) == off_policy_value(hidden, target)


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
