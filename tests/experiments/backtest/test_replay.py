"""Identities of a replay: capacity, order, and what adds up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.backtest.figures import (
    ALL,
    EARNED,
    EXPECTED,
    MATURE,
    PROFIT,
    WINS,
    WON,
    WON_OF_WORKED,
    WORKED,
    Terms,
    captured_more,
    figures,
    tally,
)
from experiments.backtest.replay import Scored, best, everything, gate, replay
from experiments.figures.accounts import Accounts
from features.parsing.times import NAT, US_PER_DAY
from leadgate.config import PolicySettings
from leadgate.policy import Policy
from tests.experiments.backtest.histories import pool_of, random_history

TERMS = Terms(horizon_days=30, mature_days=35.0, cost=10.0, worth=None)
seeds = st.integers(0, 10**6)
capacities = st.integers(1, 12)


def accounts_of(pool):
    return Accounts(pool.history.accounts[pool.leads])


def _scores(pool, seed, *, constant=False):
    rng = np.random.default_rng(seed)
    return rng.random(len(pool.history))[pool.lead] if constant else rng.random(len(pool))


def _gate(pool, score, capacity, **costs):
    policy = Policy.learn(score, base_rate=0.3).with_settings(PolicySettings(**costs))
    return replay(pool, gate(pool, Scored(score, None), policy, capacity, None))


@given(seed=seeds, capacity=capacities)
@settings(max_examples=15)
def test_capacity_is_never_exceeded_in_any_week(seed, capacity):
    pool = pool_of(random_history(seed))
    score = _scores(pool, seed)
    for handed in (_gate(pool, score, capacity), replay(pool, best(pool, score, capacity))):
        assert np.bincount(handed[handed >= 0], minlength=1).max() <= capacity


@given(seed=seeds, capacity=capacities, more=st.integers(1, 6))
@settings(max_examples=15)
def test_more_capacity_hands_off_the_same_leads_as_early_and_others(seed, capacity, more):
    pool = pool_of(random_history(seed))
    score = _scores(pool, seed)
    costs = {"cost_per_handoff": 1.0, "value_per_win": 3.0}
    less, wider = (_gate(pool, score, c, **costs) for c in (capacity, capacity + more))
    given_ = less >= 0
    assert (wider[given_] >= 0).all()
    assert (wider[given_] <= less[given_]).all()
    captured = [tally(pool, handed, TERMS)[:, WON].sum() for handed in (less, wider)]
    assert captured[0] <= captured[1]


@given(seed=seeds, capacity=capacities)
@settings(max_examples=15)
def test_nobody_is_handed_off_who_does_not_wait_or_below_break_even(seed, capacity):
    pool = pool_of(random_history(seed))
    score = _scores(pool, seed)
    handed = _gate(pool, score, capacity, cost_per_handoff=1.0, value_per_win=2.0)
    taken = handed[pool.lead] == pool.week
    assert taken.sum() == (handed >= 0).sum()
    assert (score[taken] >= 0.5).all()


@given(seed=seeds)
@settings(max_examples=15)
def test_sending_everything_reaches_everyone_at_once_and_the_base_rate(seed):
    pool = pool_of(random_history(seed))
    history, handed = pool.history, replay(pool, everything)
    assert (handed == pool.first).all()
    counted = tally(pool, handed, TERMS)
    at = pool.weeks[pool.first[pool.leads]]
    evaluated = (at + 35 * US_PER_DAY <= history.until) & (history.first_worked[pool.leads] != NAT)
    soon = history.closes[pool.leads] - at
    wins = history.won[pool.leads] & (soon > 0) & (soon <= 30 * US_PER_DAY)
    assert counted[:, WORKED].sum() == evaluated.sum()
    assert counted[:, WON_OF_WORKED].sum() == (evaluated & wins).sum()
    assert (counted[:, WON] == counted[:, WINS]).all()
    assert counted[:, ALL].all()


@given(seed=seeds, capacity=capacities)
@settings(max_examples=15)
def test_counts_add_up(seed, capacity):
    pool = pool_of(random_history(seed))
    terms = Terms(30, 35.0, 10.0, np.full(len(pool.history), 100.0))
    counted = tally(pool, _gate(pool, _scores(pool, seed), capacity), terms)
    for part, whole in (
        (MATURE, ALL), (WORKED, MATURE), (WON_OF_WORKED, WORKED), (EARNED, MATURE),
        (WON_OF_WORKED, EARNED), (WON, ALL), (WON, WINS),
    ):  # fmt: skip
        assert (counted[:, part] <= counted[:, whole]).all()
    profit = 100.0 * counted[:, EARNED].sum() - 10.0 * counted[:, MATURE].sum()
    assert counted[:, PROFIT].sum() == profit


@given(seed=seeds, other=seeds, capacity=capacities)
@settings(max_examples=15)
def test_oracle_is_never_beaten_in_expected_wins(seed, other, capacity):
    """Where leads wait for as long as it takes, the best by true chance is the best there is."""
    pool = pool_of(random_history(seed, leaving=False))
    truth = _scores(pool, seed, constant=True)
    ideal, rival = (
        tally(pool, replay(pool, best(pool, score, capacity)), TERMS, truth)[:, EXPECTED].sum()
        for score in (truth, _scores(pool, other))
    )
    assert ideal >= rival - 1e-9


def test_figures_are_the_sums_with_intervals_around_them():
    pool = pool_of(random_history(5, 300))
    handed = replay(pool, best(pool, _scores(pool, 1), 6))
    counted = tally(pool, handed, TERMS)
    totals = figures(pool, handed, counted, accounts_of(pool))
    assert totals.handed_off_ever == (handed >= 0).sum()
    assert totals.share_of_wins.value == counted[:, WON].sum() / counted[:, WINS].sum()
    assert totals.share_of_wins.low < totals.share_of_wins.value < totals.share_of_wins.high
    assert (totals.won, totals.worked) == (counted[:, WON].sum(), counted[:, WORKED].sum())
    assert np.isnan(totals.profit.value)
    assert totals.to_dict()["qualified_share"]["value"] == totals.win_rate.value


def test_a_policy_is_not_ahead_of_itself():
    pool = pool_of(random_history(5, 300))
    counted = tally(pool, replay(pool, everything), TERMS)
    same = captured_more(counted, counted, accounts_of(pool))
    assert (same.value, same.low, same.high) == (0.0, 0.0, 0.0)
