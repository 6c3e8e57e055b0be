"""Open leads held against those that should be open."""

import numpy as np
import pytest

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.weak_leak_worlds import Nature, weak_world
from features.parsing.times import NAT
from training.leakage.open_leads import ENOUGH_OPEN, OpenLeads
from training.leakage.past import Past
from training.leakage.scores import ColumnScores

CONFIG = bare([0])


@pytest.fixture(scope="module")
def world():
    return weak_world(Nature(leads=3_000, base_rate=0.4), 3, "counters")


@pytest.fixture(scope="module")
def past(world):
    return Past.of(world.history, CONFIG)


@pytest.fixture(scope="module")
def scores(past):
    lead = past.place[past.labelled.lead]
    return ColumnScores(past.whole.columns, past.labelled, lead, past.whole.accounts)


def pile_up(past, scores, names):
    return OpenLeads(past, None).pile_up(scores.parts(names), *scores.won_and_lost)


def test_open_leads_pile_up_at_the_lost_end_of_leaks_only(world, past, scores):
    leaks, honest = (pile_up(past, scores, names) for names in (world.leaks, world.honest))
    assert leaks.mixture < -8
    assert leaks.closing < -5
    assert abs(honest.mixture) < 3
    assert abs(honest.closing) < 2


def test_a_column_that_is_low_for_lost_leads_only_piles_up_at_the_won_end(world, past):
    rng = np.random.default_rng(0)
    history = past.whole
    shorter = np.where(history.lost, 2.0, 5.0)
    texts = {"Call": rng.poisson(shorter).astype(str).astype(object)}
    own = ColumnScores(texts, past.labelled, past.place[past.labelled.lead], history.accounts)
    result = OpenLeads(past, None).pile_up(own.parts(["Call"]), *own.won_and_lost)
    assert result.mixture > 5
    assert result.closing > 3


def test_shares_of_the_columns_sum_to_both_figures(past, scores):
    result = pile_up(past, scores, scores.names)
    assert result.shares.sum() == pytest.approx(result.mixture + result.closing)


def test_a_column_that_says_nothing_has_no_pile_up(past, scores):
    lead = past.place[past.labelled.lead]
    same = {"Same": np.full(len(past.whole), "a", dtype=object)}
    own = ColumnScores(same, past.labelled, lead, past.whole.accounts)
    result = OpenLeads(past, None).pile_up(own.parts(["Same"]), *own.won_and_lost)
    assert result.mixture == result.closing == 0


def test_a_column_of_the_months_is_not_comparable(past, world):
    control = OpenLeads(past, None)
    month = (past.whole.created // (30 * 86_400_000_000)).astype(str).astype(object)
    assert not control.comparable(month)
    assert all(control.comparable(past.whole.columns[name]) for name in world.leaks)


def test_leads_beyond_the_horizon_have_an_outcome_and_are_left_aside(past):
    open_ = ~(past.whole.won | past.whole.lost)
    assert open_.sum() >= ENOUGH_OPEN
    assert OpenLeads(past, None).enough
    assert not OpenLeads(past, 1.0).enough


def test_too_few_open_leads_are_not_enough(world):
    history = world.history
    open_ = np.flatnonzero(~(history.won | history.lost))
    lost, closed = history.lost.copy(), history.closed.copy()
    lost[open_[ENOUGH_OPEN - 1 :]] = True
    closed[open_[ENOUGH_OPEN - 1 :]] = history.until
    assert (closed[history.lost] != NAT).all()
    few = Past.of(_with(history, lost=lost, closed=closed), CONFIG)
    assert not OpenLeads(few, None).enough


def _with(history, **changes):
    from dataclasses import replace

    return replace(history, **changes)
