"""Calibration on out-of-fold log-odds."""

import numpy as np
import pytest

from tests.training.rows import out_of_fold
from training.ensemble.calibration import PRIOR_SLOPE, calibrate, platt, slope_beside_cells
from training.ensemble.level import Mature, calibrate_level


def sigmoid(eta):
    return 1 / (1 + np.exp(-eta))


def fitted(log_odds, y, weight, fold, account, shipped=None):
    """Calibrate with folds that are the periods of the level too."""
    mature = Mature(np.arange(y.size), y, weight, fold, account)
    shipped = log_odds if shipped is None else shipped
    seen = out_of_fold(log_odds, y, fold, weight=weight, account=account)
    return calibrate(slope_beside_cells(seen, log_odds), mature, shipped)


def rows(n=8000, seed=0, *, slope=0.6, levels=(-1.0, -1.0, -1.0, -1.0)):
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(-1.0, 1.5, n)
    fold = np.sort(rng.integers(0, len(levels), n))
    y = (rng.random(n) < sigmoid(np.array(levels)[fold] + slope * log_odds)).astype(float)
    return log_odds, y, np.ones(n), fold, np.arange(n)


def test_slope_and_intercept_are_found_within_their_error():
    log_odds, y, weight, fold, account = rows()
    calibration = fitted(log_odds, y, weight, fold, account)
    errors = np.array([calibration.intercept + 1.0, calibration.slope - 0.6])
    assert (np.abs(errors) < 3.5 * np.sqrt(np.diag(calibration.covariance))).all()
    assert calibration.covariance[1, 1] < 0.03**2


def test_intervals_hold_the_truth():
    """Over many samples the 90 % interval of the readiness at two log-odds holds the truth."""
    held = []
    for seed in range(60):
        log_odds, y, weight, fold, account = rows(1500, seed)
        calibration = fitted(log_odds, y, weight, fold, account)
        low, high = calibration.interval(np.array([-3.0, 1.0]))
        truth = sigmoid(-1.0 + 0.6 * np.array([-3.0, 1.0]))
        held.append((low <= truth) & (truth <= high))
    assert 0.8 <= np.mean(held) <= 1.0


def test_the_level_is_that_of_the_model_that_ships():
    """It may put the same leads elsewhere and spread them wider: wins expected stay wins seen."""
    log_odds, y, weight, fold, account = rows(slope=1.0)
    shipped = 5.0 + 1.5 * log_odds
    calibration = fitted(log_odds, y, weight, fold, account, shipped)
    assert calibration.readiness(shipped).mean() == pytest.approx(y.mean(), abs=0.003)


def test_the_level_is_that_of_all_mature_snapshots():
    """The slope comes from the evaluated ones; ten times as many others say where the level is."""
    log_odds, y, weight, fold, account = rows(20_000, levels=(-1.0,) * 4)
    evaluated = np.arange(y.size) < 400
    evaluated = np.random.default_rng(0).permutation(evaluated)
    parts = [part[evaluated] for part in (log_odds, y, weight, fold, account)]
    few = fitted(*parts)
    seen = out_of_fold(parts[0], parts[1], parts[3])
    every = Mature(np.arange(y.size), y, weight, fold, account)
    many = calibrate(slope_beside_cells(seen, parts[0]), every, log_odds)
    assert many.slope == few.slope
    assert many.readiness(log_odds).mean() == pytest.approx(y.mean(), abs=0.003)
    assert many.covariance[0, 0] < 0.5 * few.covariance[0, 0]


def test_a_level_that_moves_is_followed_and_widens_the_interval():
    still = rows(levels=(-1.0, -1.0, -1.0, -1.0))
    moving = rows(levels=(-2.5, -2.0, -1.0, 0.5))
    calm, calibration = (fitted(*r) for r in (still, moving))
    assert calibration.intercept == pytest.approx(0.5, abs=0.25)
    assert calibration.covariance[0, 0] > 10 * calm.covariance[0, 0]


def test_accounts_that_agree_widen_the_interval():
    log_odds, y, weight, fold, account = rows(2000)
    twice = np.tile(np.arange(2000), 4)
    repeated = [part[twice] for part in (log_odds, y, weight, fold)]
    clustered = fitted(*repeated, account[twice])
    alone = fitted(*repeated, np.arange(8000))
    assert clustered.covariance[1, 1] == pytest.approx(4 * alone.covariance[1, 1], rel=0.1)


def test_log_odds_of_the_wrong_sign_leave_the_base_rate():
    log_odds, y, weight, fold, account = rows()
    calibration = fitted(-log_odds, y, weight, fold, account)
    assert calibration.slope == 0.0
    base = calibrate_level(Mature(np.arange(y.size), y, weight, fold, account))
    assert calibration.intercept == pytest.approx(base.intercept)
    assert float(base.readiness(np.zeros(1))[0]) == pytest.approx(y.mean(), abs=0.01)


def test_a_fold_without_a_win_keeps_the_level_finite():
    log_odds, y, weight, fold, account = rows(1000)
    y[fold == 3] = 0.0
    calibration = fitted(log_odds, y, weight, fold, account)
    assert np.isfinite(calibration.intercept)
    assert calibration.covariance[0, 0] > 0.01


def test_one_period_is_enough_for_a_level():
    log_odds, y, weight, _, account = rows()
    once = Mature(np.arange(y.size), y, weight, np.zeros(y.size, dtype=int), account)
    calibration = calibrate(PRIOR_SLOPE, once, log_odds)
    assert calibration.slope == PRIOR_SLOPE.mean
    assert calibration.readiness(log_odds).sum() == pytest.approx(y.sum(), abs=1.0)
    assert calibration.covariance[1, 1] == pytest.approx(PRIOR_SLOPE.variance)


def test_platt_fits_a_level_per_fold():
    log_odds, y, _, fold, _ = rows(levels=(-2.0, 0.0, 1.0, -1.0))
    p = platt(out_of_fold(log_odds, y, fold), log_odds)
    means = [p[fold == k].mean() - y[fold == k].mean() for k in range(4)]
    assert means == pytest.approx([0.0] * 4, abs=1e-6)
