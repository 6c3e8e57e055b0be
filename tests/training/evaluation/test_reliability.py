"""The calibration error of a readiness that is right, and of one that is not."""

import dataclasses

import numpy as np

from training.evaluation.breakdown import tenths
from training.evaluation.evaluated import Evaluated
from training.evaluation.reliability import calibration_error


def _evaluated(seed, n=3000, accounts=1000, stretch=1.0):
    rng = np.random.default_rng(seed)
    odds = rng.normal(-1.0, 1.0, n)
    account = rng.integers(0, accounts, n)
    chance = 1 / (1 + np.exp(-odds))
    readiness = 1 / (1 + np.exp(-(-1.0 + stretch * (odds + 1.0))))
    return Evaluated(
        lead_id=np.arange(n).astype(str).astype(object),
        account=account,
        as_of=np.zeros(n, dtype=np.int64),
        order=np.arange(n),
        age_days=np.zeros(n),
        y=(rng.random(n) < chance).astype(float),
        weight=rng.choice([0.5, 1.0], n),
        readiness=readiness,
    )


def test_the_error_of_a_right_readiness_is_zero_on_average_and_mostly_within_its_band():
    figures = np.array([calibration_error(_evaluated(seed)) for seed in range(60)])
    error, low, high = figures.T
    assert abs(error.mean()) < 2.5 * error.std() / np.sqrt(len(error))
    assert 0.8 <= ((low <= error) & (error <= high)).mean() <= 0.98


def _plain(evaluated):
    """The mean squared distance over the tenths with the noise left in."""
    codes, names = tenths(evaluated)
    inside = [codes == code for code in range(len(names))]
    share = np.array([evaluated.weight[rows].sum() for rows in inside]) / evaluated.weight.sum()
    missed = evaluated.y - evaluated.readiness
    means = [np.average(missed[rows], weights=evaluated.weight[rows]) for rows in inside]
    return float(share @ np.square(means))


def test_a_plain_error_would_find_a_right_readiness_wrong():
    few = [_evaluated(seed, n=300, accounts=300) for seed in range(30)]
    plain = np.mean([_plain(evaluated) for evaluated in few])
    error = np.mean([calibration_error(evaluated)[0] for evaluated in few])
    assert plain > 0.005
    assert abs(error) < plain / 4


def test_a_readiness_that_is_too_extreme_is_outside():
    error, _, high = calibration_error(_evaluated(1, stretch=2.0))
    assert error > 2 * high


def test_leads_of_one_account_that_win_together_widen_the_band():
    evaluated = _evaluated(2, accounts=60)
    together = dataclasses.replace(evaluated, y=evaluated.y[evaluated.account])
    alone = dataclasses.replace(evaluated, account=np.arange(evaluated.y.size), y=together.y)
    assert calibration_error(together)[2] > 1.5 * calibration_error(alone)[2]
