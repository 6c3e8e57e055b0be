"""The level of a blend by its weights."""

import dataclasses

import numpy as np
import pytest

from training.ensemble.anchor import anchor
from training.ensemble.level import Mature
from training.ensemble.platt import Slope, calibrate

EVEN = np.array([0.5, 0.5])


@pytest.fixture(scope="module")
def case():
    rng = np.random.default_rng(3)
    n = 4000
    log_odds = rng.normal(size=(n, 2)) * [0.5, 1.5] + [0.3, -0.8]
    period = np.arange(n) // 1000
    y = (rng.random(n) < 1 / (1 + np.exp(0.5 * period - log_odds @ EVEN))).astype(float)
    seen = Mature(np.arange(n), y, rng.uniform(0.5, 1.0, n), period, np.arange(n) // 2)
    return seen, log_odds


def shipped(seen, log_odds, weights):
    return calibrate(Slope(1.0, 0.0), seen, log_odds @ weights).intercept


def test_the_level_at_even_weights_is_the_one_that_ships(case):
    seen, log_odds = case
    offset = anchor(seen, log_odds, EVEN)
    assert offset.level - offset.centre @ EVEN == pytest.approx(shipped(seen, log_odds, EVEN))


def test_a_level_is_known_as_well_as_its_rows_show_it(case):
    """The calibration adds what may change later: its own drift."""
    seen, log_odds = case
    offset = anchor(seen, log_odds, EVEN)
    less = anchor(dataclasses.replace(seen, weight=seen.weight / 4), log_odds, EVEN)
    assert 0 < offset.variance < calibrate(Slope(1.0, 0.0), seen, log_odds @ EVEN).covariance[0, 0]
    assert less.variance > 2 * offset.variance


@pytest.mark.parametrize("step", [(0.01, 0.0), (0.0, 0.01), (0.01, -0.01)])
def test_the_level_moves_with_the_weights_as_the_one_that_ships_does(case, step):
    seen, log_odds = case
    offset = anchor(seen, log_odds, EVEN)
    moved = shipped(seen, log_odds, EVEN + step) - shipped(seen, log_odds, EVEN)
    # The shares of the periods move a little as well, which the anchor leaves out.
    assert -offset.centre @ np.array(step) == pytest.approx(moved, abs=5e-4)
    assert abs(moved) > 1e-3
