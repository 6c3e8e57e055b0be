"""The estimate against a truth that is known: wrong models, and sales that picks."""

from dataclasses import replace

import numpy as np
import pytest

from experiments.backtest.chance import bands, chance_of_work
from experiments.backtest.correction import Correction
from experiments.backtest.estimate import MIN_EFFECTIVE, Estimator, difference
from experiments.backtest.outcomes import Outcomes
from experiments.figures.accounts import Accounts
from leadgate.model.calibration import logit, sigmoid
from tests.experiments.backtest.histories import pool_of, random_history


class Known:
    """A pool in which sales picks by a chance, and worked leads win by a true one."""

    def __init__(self, seed=0, n=2500) -> None:
        rng = np.random.default_rng(seed)
        self.pool = pool = pool_of(random_history(seed, n, days=200))
        taste = rng.normal(size=n)[pool.lead]
        self.truth = sigmoid(-1.2 + 0.8 * rng.normal(size=n)[pool.lead] + 0.5 * taste)
        self.chance = np.clip(sigmoid(-1.0 + 1.2 * taste), 0.03, 0.9)
        worked = rng.random(len(pool)) < self.chance
        won = worked & (rng.random(len(pool)) < self.truth)
        self.outcomes = Outcomes(worked, won, np.ones(len(pool), dtype=bool))
        self.accounts = Accounts(pool.history.accounts[pool.leads])
        self.handed = np.where(np.arange(n) % 3 == 0, pool.first, -1)
        self.rows = self.handed[pool.lead] == pool.week

    def judge(self, readiness, *, chance=None, unworked=None, worth=None):
        chance = self.chance if chance is None else chance
        correction = Correction.of(self.pool, readiness, chance, self.outcomes, self.accounts)
        return Estimator(
            self.pool, self.outcomes, correction, unworked, chance, worth, 10.0, self.accounts
        )


@pytest.fixture(scope="module")
def known():
    return Known()


@pytest.mark.parametrize(("level", "slope"), [(0.0, 1.0), (0.7, 1.0), (-0.5, 1.4), (0.3, 0.6)])
def test_a_readiness_that_is_off_is_moved_to_the_truth(known, level, slope):
    off = sigmoid(level + slope * logit(known.truth))
    figures = known.judge(off).of(known.handed).figures
    true = float(known.truth[known.rows].sum())
    assert figures.wins.low < true < figures.wins.high
    assert figures.wins.value == pytest.approx(true, rel=0.06)
    assert figures.win_rate.value == pytest.approx(figures.wins.value / figures.handed_off)


def test_leads_that_sales_seldom_picks_count_for_as_many_as_there_are(known):
    """A readiness that knows nothing is right on average, although sales picks the better ones."""
    nothing = np.full(len(known.pool), 0.5)
    won = known.outcomes.won[known.outcomes.worked].mean()
    assert won > known.truth.mean() + 0.04
    corrected = known.judge(nothing).correction.likely
    assert corrected.mean() == pytest.approx(known.truth.mean(), abs=0.02)


def test_wins_of_all_leads_hold_those_left_to_marketing(known):
    alone = np.full(len(known.pool), 0.1)
    judge = known.judge(known.truth, unworked=alone)
    worked, everyone = judge.of(known.handed), judge.of(known.pool.first)
    left = known.pool.leads.size - worked.figures.handed_off
    assert worked.wins[0] == pytest.approx(worked.captured[0] + 0.1 * left)
    assert everyone.wins[0] == pytest.approx(everyone.captured[0])
    assert judge.all_leads
    assert not known.judge(known.truth).all_leads


def test_share_of_wins_is_one_where_everyone_is_worked_at_once(known):
    judge = known.judge(known.truth)
    everyone, part = judge.of(known.pool.first), judge.of(known.handed)
    assert everyone.figures.share_of_wins.value == pytest.approx(1.0)
    share = part.figures.share_of_wins
    assert share.value == pytest.approx(part.captured[0] / everyone.captured[0])
    assert 0 < share.low < share.value < share.high < 1


def test_profit_is_what_wins_bring_less_every_handoff(known):
    worth = np.full(len(known.pool.history), 100.0)
    figures = known.judge(known.truth, worth=worth).of(known.handed).figures
    assert figures.profit.value == pytest.approx(100 * figures.wins.value - 10 * figures.handed_off)
    assert np.isnan(known.judge(known.truth).of(known.handed).figures.profit.value)


def test_what_sales_did_is_taken_as_it_came(known):
    """No model has a say in it: a readiness that is wrong anywhere gives the same figure."""
    worked = np.full(len(known.pool.history), -1)
    rows = np.flatnonzero(known.outcomes.worked)[::-1]
    worked[known.pool.lead[rows]] = known.pool.week[rows]
    sent = worked[known.pool.lead] == known.pool.week
    for readiness in (known.truth, np.full(len(known.pool), 0.9)):
        drawn = known.judge(readiness).of(worked, as_it_was=True)
        assert drawn.captured[0] == pytest.approx(known.outcomes.won[sent].sum())


def test_a_policy_is_not_ahead_of_itself(known):
    drawn = known.judge(known.truth).of(known.handed)
    same = difference(drawn, drawn).wins
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)


def test_a_policy_that_sales_never_worked_like_is_refused(known):
    rare = np.where(known.rows, 0.01, known.chance)
    drawn = known.judge(known.truth, chance=rare).of(known.handed)
    assert "hardly ever have worked 100%" in drawn.figures.refused
    assert np.isnan(drawn.figures.wins.value)
    other = known.judge(known.truth).of(known.pool.first)
    assert np.isnan(difference(other, drawn).wins.value)


def test_too_few_worked_leads_are_refused(known):
    few = replace(known.outcomes, mature=np.arange(len(known.pool)) < 100)
    correction = Correction.of(known.pool, known.truth, known.chance, few, known.accounts)
    assert 0 < correction.effective < MIN_EFFECTIVE
    judge = replace(known.judge(known.truth), correction=correction)
    assert "50 are needed" in judge.of(known.handed).figures.refused


def test_the_chance_of_being_worked_is_calibrated(known):
    """Sales picks by what the readiness knows: the chance follows it, fifth by fifth."""
    rng = np.random.default_rng(1)
    worked = rng.random(len(known.pool)) < known.truth / 2
    chance = chance_of_work(known.pool, (), known.truth, worked)
    fifths = bands(chance, worked)
    assert len(fifths) == 5
    for band in fifths:
        assert band.worked == pytest.approx(band.chance, abs=0.03)
    assert fifths[-1].worked > 2 * fifths[0].worked


def test_nobody_has_a_chance_where_sales_worked_nobody(known):
    nobody = np.zeros(len(known.pool), dtype=bool)
    assert not chance_of_work(known.pool, (), known.truth, nobody).any()
