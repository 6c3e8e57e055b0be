import numpy as np
import pytest
from scipy.linalg import expm

from experiments.simulation.law import PURCHASE, WON, law_of
from experiments.simulation.propagator import Propagator, certain, chance_of_win
from experiments.simulation.settings import WorldSettings


@pytest.mark.parametrize("drift", [0.0, -2.0])
@pytest.mark.parametrize("days", [0.0, 0.01, 7.0, 400.0])
def test_propagator_equals_the_matrix_exponential(drift, days):
    generators = law_of(WorldSettings(drift=drift)).generators.reshape(-1, 5, 5)[::7]
    number = np.arange(len(generators))
    rows = np.random.default_rng(0).dirichlet(np.ones(5), size=len(generators))

    moved = Propagator(generators)(rows, number, np.full(len(generators), days))

    np.testing.assert_allclose(moved, np.einsum("ni,nij->nj", rows, expm(generators * days)))


def test_propagator_holds_where_two_stages_are_left_at_equal_rates():
    generator = np.array([[-0.5, 0.5, 0.0], [0.0, -0.5, 0.5], [0.0, 0.0, 0.0]])

    moved = Propagator(generator)(np.eye(3)[:1], np.zeros(1, dtype=int), np.array([3.0]))

    stayed = np.exp(-1.5)
    np.testing.assert_allclose(moved[0], [stayed, 1.5 * stayed, 1 - 2.5 * stayed])


def test_chance_of_win_has_its_closed_form_in_purchase():
    law = law_of(WorldSettings())
    rates = law.generators[0, 1, :, PURCHASE]
    group = np.arange(len(rates))
    stages = certain(np.full(group.size, PURCHASE))

    chance = chance_of_win(law, stages, group, np.zeros(group.size), 90.0, np.ones_like(group))

    left = -rates[:, PURCHASE]
    np.testing.assert_allclose(chance, rates[:, WON] / left * -np.expm1(-90 * left))


def test_chance_of_win_is_none_once_closed():
    law = law_of(WorldSettings())
    closed = certain(np.array([3, 4, -1]))

    chance = chance_of_win(
        law, closed, np.zeros(3, dtype=int), np.zeros(3), 90.0, np.ones(3, dtype=int)
    )

    assert chance.tolist() == [0.0, 0.0, 0.0]


def test_chance_of_win_crosses_months_of_different_rates():
    """Two horizons in a row give the chance of one: Chapman and Kolmogorov."""
    law = law_of(WorldSettings(drift=3.0))
    groups, start = np.zeros(1, dtype=int), np.array([10.0])
    interest = certain(np.array([0]))
    middle = interest
    for month, days in ((0, 20.0), (1, 25.0)):
        middle = middle @ expm(law.generators[month, 1, 0] * days)

    whole = chance_of_win(law, interest, groups, start, 90.0, groups + 1)
    rest = chance_of_win(law, middle, groups, start + 45, 45.0, groups + 1)

    np.testing.assert_allclose(whole, middle[:, WON] + rest)
