"""Identities of a replay: capacity, order, and what adds up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.backtest.replay import best, gate, replay, what_sales_did
from experiments.backtest.scores import Scored
from features.parsing.times import NAT
from leadgate.config import PolicySettings
from leadgate.policy import US_PER_WEEK, Policy
from tests.experiments.backtest.histories import pool_of, random_history

seeds = st.integers(0, 10**6)
capacities = st.integers(1, 12)


def _scores(pool, seed, *, constant=False):
    rng = np.random.default_rng(seed)
    return rng.random(len(pool.history))[pool.lead] if constant else rng.random(len(pool))


def _gate(pool, score, capacity, rule=None, **costs):
    policy = Policy.learn(score, base_rate=0.3).with_settings(PolicySettings(**costs))
    return replay(
        pool, gate(pool, Scored(score, np.full(len(pool), np.nan)), policy, capacity, None, rule)
    )


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


@given(seed=seeds, capacity=capacities)
@settings(max_examples=15)
def test_nobody_is_handed_off_who_does_not_wait_or_below_break_even(seed, capacity):
    pool = pool_of(random_history(seed))
    score = _scores(pool, seed)
    handed = _gate(pool, score, capacity, cost_per_handoff=1.0, value_per_win=2.0)
    taken = handed[pool.lead] == pool.week
    assert taken.sum() == (handed >= 0).sum()
    assert (score[taken] >= 0.5).all()


@given(seed=seeds, handoffs=st.booleans())
@settings(max_examples=15)
def test_sales_as_it_was_is_whom_it_worked_in_the_week_before(seed, handoffs):
    pool = pool_of(random_history(seed, handoffs=handoffs))
    handed, work = what_sales_did(pool), pool.work
    if not handoffs:
        assert (handed == pool.first).all()
        return
    sent = np.flatnonzero(handed >= 0)
    monday = pool.weeks[handed[sent]]
    assert ((work.at[sent] > monday) & (work.at[sent] <= monday + US_PER_WEEK)).all()
    recorded = np.where(pool.history.known_at == NAT, work.at + 1, pool.history.known_at)
    seen = work.ever & (pool.first >= 0) & (work.at <= recorded)
    assert (handed[seen] >= 0).all()


@given(seed=seeds, capacity=capacities)
@settings(max_examples=15)
def test_first_come_first_served_lets_nobody_wait_behind_a_younger_lead(seed, capacity):
    pool = pool_of(random_history(seed, leaving=False))
    handed = replay(pool, best(pool, -pool.history.created[pool.lead].astype(float), capacity))
    sent = np.flatnonzero(handed >= 0)
    by_age = sent[np.argsort(pool.history.created[sent], kind="stable")]
    assert (np.diff(handed[by_age]) >= 0).all()


@given(seed=seeds, capacity=capacities)
@settings(max_examples=15)
def test_the_gate_hands_off_nobody_while_a_rule_applies(seed, capacity):
    pool = pool_of(random_history(seed))
    score = _scores(pool, seed)
    rule = np.where(np.random.default_rng(seed).random(len(pool)) < 0.4, "competitor", "")
    rule = rule.astype(object)
    handed = _gate(pool, score, capacity, rule)
    taken = handed[pool.lead] == pool.week
    assert (rule[taken] == "").all()
    ever = np.unique(pool.lead[rule == ""])
    # Whoever is free takes the place, whenever it is.
    assert set(np.flatnonzero(_gate(pool, score, 10**6, rule) >= 0)) == set(ever)
