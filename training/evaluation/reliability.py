"""Reliability: whether the leads of a readiness win as often as it says."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Positions
from training.evaluation.breakdown import Group, break_down, tenths
from training.evaluation.evaluated import Evaluated, Evaluation, Metric
from training.statistics.bootstrap import LEVEL, enough, percentiles
from training.statistics.metrics import ratio


@dataclass(frozen=True)
class Reliability:
    """How well a readiness is calibrated.

    Attributes
    ----------
    tenths
        The leads by tenths of readiness: predicted and actual wins, with 90 %.
    slope, in_the_large
        Calibration slope (1 is right, below 1 too extreme) and predicted-to-actual ratio.
    error
        The mean squared distance of predicted and actual shares over the tenths, less its random
        part, in squared probability: near 0 when right.
    null_low, null_high
        Between these it lies in 90 % of samples when the readiness is right.
    """

    tenths: list[Group]
    slope: Metric
    in_the_large: Metric
    error: float
    null_low: float
    null_high: float

    @property
    def distance(self) -> float:
        """The root of the error: by how much a readiness is off, as a probability; >= 0."""
        return float(np.sqrt(max(self.error, 0.0)))

    @property
    def right(self) -> bool:
        """Whether the error is no more than random."""
        return self.error <= self.null_high


def reliability(evaluation: Evaluation, *, seed: int = 0) -> Reliability:
    """Return the reliability of the evaluation fit on its test window."""
    evaluated = evaluation.evaluated
    error, low, high = calibration_error(evaluated, seed=seed)
    return Reliability(
        tenths=break_down(evaluated).buckets,
        slope=evaluation.metrics["calibration_slope"],
        in_the_large=evaluation.metrics["calibration_in_the_large"],
        error=error,
        null_low=low,
        null_high=high,
    )


def calibration_error(evaluated: Evaluated, *, seed: int = 0) -> tuple[float, float, float]:
    """Return the debiased squared calibration error and its band when the readiness is right.

    Over the tenths of readiness ``sum_b share_b (d_b ** 2 - v_b)`` with d_b the mean of
    outcome minus readiness and v_b the variance of d_b by accounts (Kumar et al. 2019,
    https://arxiv.org/abs/1909.10155, with clusters). The band comes from the same residuals with
    their mean taken out of each tenth and a random sign for each account (wild bootstrap, Wu 1986).
    """
    codes, names = tenths(evaluated)
    member = codes[:, None] == np.arange(len(names))
    _, account = np.unique(evaluated.account, return_inverse=True)
    weights = evaluated.weight @ member
    residual = (evaluated.weight * (evaluated.y - evaluated.readiness))[:, None] * member
    mean = ratio(residual.sum(axis=0), weights)
    centred = residual - (evaluated.weight[:, None] * member) * mean
    sums = _by_account(centred, account) / weights
    variance = (sums**2).sum(axis=0)
    share = weights / weights.sum()
    rng, draws = np.random.default_rng(seed), enough(evaluated.y.size)
    null = [((_signs(rng, len(sums)) @ sums) ** 2 - variance) @ share for _ in range(draws)]
    low, high = percentiles(np.array(null), LEVEL)
    return float((mean**2 - variance) @ share), float(low), float(high)


def _signs(rng: np.random.Generator, n: int) -> Floats:
    signs: Floats = rng.integers(0, 2, size=n).astype(np.float64) * 2 - 1
    return signs


def _by_account(values: Floats, account: Positions) -> Floats:
    return np.stack([np.bincount(account, column) for column in values.T], axis=1)
