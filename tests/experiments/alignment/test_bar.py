"""The bar of leads that are nowhere near buying is absolute: no share is built in."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments.alignment.bar import Bar
from leadgate.policy.policy import NEVER


def bar(break_even, base_rate=0.2):
    return Bar.of(SimpleNamespace(break_even=lambda: break_even), base_rate)


def test_bar_is_the_higher_one_of_break_even_and_half_the_odds():
    assert bar(0.0).of_average == pytest.approx(0.125 / 1.125)
    assert (bar(0.0).readiness, bar(0.0).pays) == (bar(0.0).of_average, False)
    assert (bar(0.3).readiness, bar(0.3).pays) == (0.3, True)
    assert bar(bar(0.0).of_average).pays is False


def test_where_no_handoff_pays_every_lead_lies_below_the_bar():
    assert bar(NEVER).readiness == 1.0


@pytest.mark.parametrize(
    ("spread", "least", "most"), [(0.0, 0.0, 0.0), (0.4, 0, 0.1), (2, 0.3, 0.6)]
)
def test_how_many_lie_below_depends_on_how_far_leads_are_told_apart(spread, least, most):
    log_odds = np.log(0.25) + spread * np.random.default_rng(0).normal(size=4_000)
    readiness = 1 / (1 + np.exp(-log_odds))
    share = np.mean(readiness < bar(0.0, float(readiness.mean())).readiness)
    assert least <= share <= most
