"""A bet against the readiness: fair while wins come as predicted, and growing when they do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.monitor.error_rate import FALSE_ALARMS, OF_CALIBRATION, OF_DRIFT, of_look
from experiments.monitor.evidence import (
    AT_FIRST,
    NEEDED,
    SHIFTS,
    STAKES,
    Decided,
    evidence,
    fortune,
    log_pay,
    offsets_of,
    shares_of_accounts,
)

A_MONTH = 200


def firm(seed, *, truth=0.25, readiness=0.25, months=24, n=A_MONTH):
    period = np.repeat(np.arange(months), n)
    won = (np.random.default_rng(seed).random(period.size) < truth).astype(float)
    return Decided(period, won, np.full(period.size, readiness), np.arange(period.size))


def test_error_rates_add_up():
    assert pytest.approx(FALSE_ALARMS) == 0.05 == OF_DRIFT + OF_CALIBRATION
    assert sum(of_look(look, 0.01) for look in range(1, 10_000)) == pytest.approx(0.01, rel=2e-4)
    assert of_look(1, 0.01) == 0.005
    assert pytest.approx(1 / 0.04) == NEEDED
    assert STAKES.sum() == pytest.approx(1)
    assert STAKES[SHIFTS < 0].sum() == pytest.approx(2 / 3)


@settings(max_examples=50, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(-2, 2))
def test_no_bet_grows_on_average_while_wins_come_as_predicted(p, shift):
    pay = [
        np.exp(log_pay(np.array([won]), np.ones(1), np.array([p]), np.array([shift])))
        for won in (1.0, 0.0)
    ]
    assert p * pay[0] + (1 - p) * pay[1] == pytest.approx(1)


def test_a_bet_pays_the_ratio_of_the_chances():
    shift = np.log(3.0)
    q = 3 / (3 + 3)  # odds of 1 to 3, three times as high
    pay = log_pay(np.array([1.0, 0.0]), np.ones(2), np.full(2, 0.25), np.array([shift]))
    assert np.exp(pay[:, 0]) == pytest.approx([q / 0.25, (1 - q) / 0.75])


def test_what_many_decisions_pay_is_what_each_pays_added_up():
    together = log_pay(np.array([3.0]), np.array([10.0]), np.array([0.2]), SHIFTS)
    each = log_pay(np.array([1.0] * 3 + [0.0] * 7), np.ones(10), np.full(10, 0.2), SHIFTS)
    assert together[0] == pytest.approx(each.sum(axis=0))


def test_fortune_of_one_period_is_the_mean_of_its_bets():
    pay = np.log(np.array([[[1.5, 1.4, 1.3, 0.9, 0.8, 0.7]]]))
    allowed = np.zeros((1, 1, 15))
    bet = STAKES @ np.exp(pay[0, 0])
    assert np.exp(fortune(pay, allowed)) == pytest.approx(AT_FIRST * bet + 1 - AT_FIRST)


def test_fortune_of_a_later_beginning_does_not_remember_what_came_before():
    pay = np.stack([np.full(6, -0.5), np.full(6, 0.7)])[None]
    later = (1 - AT_FIRST) / 23
    expected = AT_FIRST * np.exp(0.2) + later * np.exp(0.7) + 22 * later
    assert np.exp(fortune(pay, np.zeros((1, 2, 15))))[0, 1] == pytest.approx(expected)


def test_fortune_begins_no_bet_after_two_years():
    pay = np.zeros((1, 30, 6))
    assert np.exp(fortune(pay, np.zeros((1, 30, 15)))) == pytest.approx(1)


def test_offsets_have_the_spread_of_the_model():
    weights = np.polynomial.hermite_e.hermegauss(15)[1]
    assert np.average(offsets_of(0.3) ** 2, weights=weights) == pytest.approx(0.09)
    assert not offsets_of(0.0).any()


def test_quiet_firms_see_few_alarms_and_wrong_ones_are_seen():
    quiet = [(evidence(firm(seed)) >= NEEDED).any() for seed in range(100)]
    # 4 % are allowed; more than 10 of 100 would be a chance of one in a hundred.
    assert sum(quiet) <= 10
    wrong = [(evidence(firm(s, truth=0.25 / 1.3, months=3)) >= NEEDED).any() for s in range(150)]
    assert np.mean(wrong) >= 0.6
    low = [(evidence(firm(s, truth=0.25 * 1.4, months=6)) >= NEEDED).any() for s in range(50)]
    assert np.mean(low) >= 0.8


def test_an_offset_within_its_uncertainty_is_no_evidence():
    rng = np.random.default_rng(5)
    alarms = []
    for seed in range(60):
        odds = np.log(0.25 / 0.75) + 0.15 * rng.normal()
        alarms.append(
            (evidence(firm(seed, truth=1 / (1 + np.exp(-odds))), spread=0.15) >= NEEDED).any()
        )
    assert sum(alarms) <= 7
    assert evidence(firm(1, truth=0.2), 0.0)[-1] > evidence(firm(1, truth=0.2), 0.15)[-1]


def test_a_readiness_that_goes_wrong_later_is_seen():
    months = np.repeat(np.arange(20), A_MONTH)
    truth = np.where(months < 12, 0.25, 0.25 / 1.3)
    won = (np.random.default_rng(3).random(months.size) < truth).astype(float)
    grown = evidence(Decided(months, won, np.full(won.size, 0.25), np.arange(won.size)))
    assert grown[11] < NEEDED <= grown[-1]


def test_decisions_of_an_account_share_one_bet():
    decided = Decided(
        np.array([1, 0, 0, 1, 2]), np.zeros(5), np.full(5, 0.5), np.array([7, 7, 7, 3, 3])
    )
    assert shares_of_accounts(decided) == pytest.approx([1 / 3, 1 / 2, 1 / 2, 1, 1 / 2])


def test_copies_of_a_lead_in_an_account_are_no_more_evidence():
    single = firm(4, truth=0.1, months=2)
    copies = Decided(*(np.repeat(values, 4) for values in vars(single).values()))
    assert evidence(copies) == pytest.approx(evidence(single))


def test_no_decision_is_no_evidence():
    empty = np.empty(0)
    none = np.empty(0, dtype=np.int64)
    assert evidence(Decided(none, empty, empty, none)).size == 0


def test_evidence_beyond_all_numbers_stays_finite():
    assert np.isfinite(evidence(firm(1, truth=0.9, readiness=0.001, months=1, n=2_000))).all()
