"""Exact intervals of shares: of independent leads, of accounts, of weighed leads."""

import numpy as np
import pytest

from training.statistics.binomial import clopper_pearson, effective_leads


def test_leads_never_count_for_more_than_they_are():
    alternating = np.tile([1.0, 1.0], 50)
    assert effective_leads(alternating, np.full(100, 2.0)) <= 200


def test_effective_leads_are_those_of_korn_and_graubard():
    # Six accounts of ten leads: the variance of their share over that of sixty leads, and the
    # quantiles of Student's t with 59 and with 5 degrees of freedom.
    won = np.array([2.0, 8.0, 3.0, 7.0, 4.0, 6.0])
    design_effect = (6 / 5 * 28 / 60**2) / (0.5 * 0.5 / 59)
    freedom = (1.6711 / 2.0150) ** 2
    expected = 60 * freedom / design_effect
    assert effective_leads(won, np.full(6, 10.0)) == pytest.approx(expected, rel=1e-3)


def test_more_leads_narrow_the_interval():
    widths = [high - low for low, high in (clopper_pearson(0.2, n) for n in (1, 10, 100, 1_000))]
    assert widths == sorted(widths, reverse=True)


def test_weighed_leads_count_by_their_weight():
    weight = np.full(90, 1 / 3)
    won = weight * (np.arange(90) % 3 == 0)
    assert 25 < effective_leads(won, weight) <= 30
    assert effective_leads(0 * won, weight) == pytest.approx(30)


@pytest.mark.parametrize("weight", [0.25, 0.5])
def test_less_than_two_leads_count_as_one(weight):
    assert effective_leads(np.array([weight, 0.0]), np.full(2, weight)) == 1.0
