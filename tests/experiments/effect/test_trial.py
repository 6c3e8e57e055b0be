"""The effect by a control group: simulated truth, identities, small counts, refusals."""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np
import pytest
from scipy.optimize import brentq

from experiments.effect.trial import FEWEST_ACCOUNTS, FEWEST_WINS, Trial, effect_of
from experiments.simulation.logs import draw_trial
from leadgate.errors import DataError


def trial_of(gate, control, share=0.1, readiness=None):
    """Return a trial of leads that are each an account, from the outcomes of both arms."""
    won = np.array([*gate, *control], dtype=bool)
    n = won.size
    group = np.arange(n) >= len(gate)
    scores = np.full(n, 0.3) if readiness is None else np.asarray(readiness)
    return Trial(group, np.full(n, share), won, scores, np.arange(n))


def wins(won, of):
    return [1] * won + [0] * (of - won)


def test_intervals_hold_the_truth_of_most_simulated_logs():
    held = []
    for seed in range(10):
        trial, truth = draw_trial(2000, 0.1, seed)
        held.append([m.low <= truth <= m.high for m in effect_of(trial).estimates.values()])
    assert (np.sum(held, axis=0) >= 7).all()


def test_the_difference_of_the_win_rates_is_the_effect():
    effect = effect_of(trial_of(wins(30, 90), wins(2, 10)))
    assert effect.intention_to_treat.value == pytest.approx(30 / 90 - 2 / 10)
    assert effect.self_normalised.value == pytest.approx(30 / 90 - 2 / 10)
    assert (effect.gate.value, effect.control.value) == pytest.approx((30 / 90, 2 / 10))


def test_inverse_propensity_weighs_by_what_was_drawn_and_not_by_what_came():
    effect = effect_of(trial_of(wins(30, 80), wins(2, 20), share=0.1))
    assert effect.inverse_propensity.value == pytest.approx((30 / 0.9 - 2 / 0.1) / 100)


def test_without_readiness_the_doubly_robust_estimate_is_the_self_normalised_one():
    effect = effect_of(trial_of(wins(30, 90), wins(2, 10)))
    assert effect.doubly_robust.value == pytest.approx(effect.self_normalised.value)


def test_a_group_that_was_less_ready_by_chance_is_made_up_for():
    """Readiness says all of the outcome, and the gate adds nothing."""
    readiness = np.r_[np.ones(50), np.zeros(40), np.ones(2), np.zeros(8)]
    effect = effect_of(trial_of(wins(50, 90), wins(2, 10), readiness=readiness))
    assert effect.intention_to_treat.value > 0.3
    assert effect.doubly_robust.value == pytest.approx(0.0, abs=1e-9)


def test_leads_without_readiness_have_a_rate_of_their_own():
    readiness = np.r_[np.full(45, 0.5), np.full(45, np.nan), np.full(5, 0.5), np.full(5, np.nan)]
    effect = effect_of(trial_of(wins(45, 90), wins(5, 10), readiness=readiness))
    assert effect.doubly_robust.value == pytest.approx(0.0, abs=1e-9)


def test_a_share_that_changed_in_between_does_no_harm():
    """Half of the leads came while a half was in control, when leads won more often."""
    early = trial_of(wins(40, 50), wins(30, 50), share=0.5)
    late = trial_of(wins(36, 90), wins(2, 10), share=0.1)
    names = ("control", "share", "won", "readiness")
    both = {n: np.concatenate([getattr(t, n) for t in (early, late)]) for n in names}
    effect = effect_of(Trial(**both, account=np.arange(200)))
    assert effect.intention_to_treat.value == pytest.approx(0.2)
    assert effect.inverse_propensity.value == pytest.approx(0.2)


def test_no_win_in_the_control_group_still_leaves_room_for_chance():
    effect = effect_of(trial_of(wins(10, 100), wins(0, 20)))
    assert effect.intention_to_treat.low < 0.0
    assert effect.control.high == pytest.approx(1 - 0.05 ** (1 / 20))
    nothing = effect_of(trial_of(wins(0, 100), wins(0, 20))).intention_to_treat
    assert nothing.low < nothing.value == 0.0 < nothing.high


def test_every_estimate_leaves_room_for_chance_where_an_arm_has_hardly_a_win():
    """The bootstrap of an arm without a win draws no other one."""
    effect = effect_of(trial_of(wins(6, 270), wins(0, 30)))
    plain = effect.intention_to_treat
    for each in effect.estimates.values():
        assert each.low <= each.value - (plain.value - plain.low)
        assert each.high >= each.value + (plain.high - plain.value)
    nobody = effect_of(trial_of(wins(0, 270), wins(0, 30)))
    assert all(each.low < 0 < each.high for each in nobody.estimates.values())


@pytest.mark.parametrize(("won", "wider"), [(FEWEST_WINS - 1, True), (FEWEST_WINS, False)])
@pytest.mark.parametrize("mirrored", [False, True])
def test_room_is_added_below_so_many_wins_or_others(won, wider, mirrored):
    control = wins(200 - won if mirrored else won, 200)
    readiness = np.r_[wins(200, 400), control]
    effect = effect_of(trial_of(wins(200, 400), control, readiness=readiness))
    # Readiness says all of the outcome, so that the bootstrap finds hardly any spread.
    robust, plain = effect.doubly_robust, effect.intention_to_treat
    assert (robust.high - robust.low >= (plain.high - plain.low) - 1e-9) == wider


def test_leads_of_one_account_count_less():
    alone = trial_of(wins(60, 200), wins(6, 40))
    # Each lead four times, in the same account.
    names = ("control", "share", "won", "readiness", "account")
    again = Trial(**{name: np.repeat(getattr(alone, name), 4) for name in names})
    one, four = effect_of(alone), effect_of(again)
    assert four.intention_to_treat.low == pytest.approx(one.intention_to_treat.low, abs=0.01)
    assert four.effective_n == pytest.approx(one.effective_n, rel=0.05)


def test_the_effective_number_is_that_of_two_equal_arms():
    effect = effect_of(trial_of(wins(100, 200), wins(100, 200), share=0.5))
    assert effect.effective_n == pytest.approx(400.0)
    small = effect_of(trial_of(wins(180, 360), wins(20, 40)))
    assert small.effective_n == pytest.approx(4 / (1 / 360 + 1 / 40))


@pytest.mark.parametrize("arm", ["control group", "gate"])
def test_an_arm_of_too_few_accounts_is_refused(arm):
    few, many = FEWEST_ACCOUNTS - 1, 50
    sizes = (many, few) if arm == "control group" else (few, many)
    trial = trial_of(wins(2, sizes[0]), wins(2, sizes[1]))
    with pytest.raises(DataError, match=f"Accounts of the {arm} .*: 9; 10 are") as refusal:
        effect_of(trial)
    assert "policy.control" in refusal.value.hint
    # Many leads of few accounts are too few as well.
    same = replace(trial, account=np.where(trial.control, 0, 1) + 0 * trial.account)
    with pytest.raises(DataError, match=": 1; 10 are needed"):
        effect_of(same)
    enough = trial_of(wins(2, FEWEST_ACCOUNTS), wins(2, FEWEST_ACCOUNTS))
    assert effect_of(enough).control.value == pytest.approx(0.2)


def test_mirrored_arms_have_the_mirrored_effect():
    there = effect_of(trial_of(wins(30, 60), wins(12, 60), share=0.5)).intention_to_treat
    back = effect_of(trial_of(wins(12, 60), wins(30, 60), share=0.5)).intention_to_treat
    assert (there.low, there.value, there.high) == pytest.approx(
        (-back.high, -back.value, -back.low)
    )


def test_the_limits_are_those_of_newcombe():
    """Each score limit is the share from which what was seen lies 1.645 standard errors away."""
    effect = effect_of(trial_of(wins(56, 70), wins(48, 80), share=80 / 150))
    z = NormalDist().inv_cdf(0.95)

    def limits(p, n):
        def away(share):
            return (p - share) ** 2 - z**2 * share * (1 - share) / n

        return brentq(away, 1e-9, p), brentq(away, p, 1 - 1e-9)

    (p_low, p_high), (q_low, q_high) = limits(0.8, 70), limits(0.6, 80)
    treated = effect.intention_to_treat
    assert treated.value == pytest.approx(0.2)
    assert treated.low == pytest.approx(0.2 - np.hypot(0.8 - p_low, q_high - 0.6), abs=2e-4)
    assert treated.high == pytest.approx(0.2 + np.hypot(p_high - 0.8, 0.6 - q_low), abs=2e-4)
