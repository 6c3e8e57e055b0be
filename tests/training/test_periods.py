"""The periods of a fit."""

import numpy as np
import pytest

from training.additive import fit_path
from training.periods import DEVIATION, MOST_YOUNG, YOUNG_DEVIATION, Periods, divided


def sigmoid(eta):
    return 1 / (1 + np.exp(-eta))


def quarterly(n=1000):
    order = np.arange(n)
    return order, (order % 4 == 0).astype(float)


def test_periods_hold_as_many_mature_rows():
    counts = np.bincount(divided(*quarterly(800)))
    assert counts.size == 10
    assert np.ptp(counts) <= 1


def test_few_outcomes_have_one_period():
    order = np.arange(100)
    assert (divided(order, (order < 10).astype(float)) == 0).all()


def test_the_young_have_periods_of_their_own_that_are_nearly_free():
    order, y = quarterly()
    periods = Periods.of(order, y, order < 800)
    old, young = periods.code[:800], periods.code[800:]
    assert old.max() < young.min()
    assert np.unique(young).size == MOST_YOUNG
    assert (periods.deviation[np.unique(old)] == DEVIATION).all()
    assert (periods.deviation[np.unique(young)] == YOUNG_DEVIATION).all()
    assert periods.count == periods.code.max() + 1


@pytest.mark.parametrize("mature", [np.ones(400, dtype=bool), np.zeros(400, dtype=bool)])
def test_rows_that_are_all_of_one_kind_are_no_young_ones(mature):
    periods = Periods.of(*quarterly(400), mature)
    assert (periods.deviation == DEVIATION).all()


def test_some_rows_keep_their_periods():
    order, y = quarterly()
    periods = Periods.of(order, y, order < 900)
    some = periods.take(slice(None, None, 7))
    assert (some.code == periods.code[::7]).all()
    assert some.count == periods.count


def test_a_number_that_counts_the_leads_does_not_learn_that_the_newest_win():
    """Of the young only wins are known yet; those that lose would come later."""
    rng = np.random.default_rng(0)
    n = 4000
    order = np.arange(n)
    signal = rng.normal(size=n)
    won = rng.random(n) < sigmoid(signal - 1.5)
    mature = order < 3600
    known = mature | won
    X = np.column_stack([signal, order / n])[known]
    y, weight = won[known].astype(float), np.ones(int(known.sum()))

    def reach(periods):
        """Return by how much the log-odds rise from the first of the leads to the last."""
        [path] = fit_path(X, y, weight, periods, [False, False], n_knots=2, deviations=[1.0])
        ends = path.member.margin(np.array([[0.0, 0.0], [0.0, 1.0]]))
        return float(ends[1] - ends[0])

    apart = Periods.of(order[known], y, mature[known])
    assert abs(reach(apart)) < 0.3
    together = Periods.alike(np.minimum(apart.code, 11))
    assert reach(together) > abs(reach(apart)) + 0.3
