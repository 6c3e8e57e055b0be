"""Reliability: whether the leads of a readiness win as often as it says."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats
from training.evaluation.breakdown import tenths
from training.evaluation.evaluated import Evaluated
from training.statistics.bootstrap import LEVEL, enough, percentiles
from training.statistics.clusters import cluster_sums
from training.statistics.metrics import ratio


def calibration_error(evaluated: Evaluated, *, seed: int = 0) -> tuple[float, float, float]:
    """Return the debiased squared calibration error and its band when the readiness is right.

    Over the tenths of readiness ``sum_b share_b (d_b ** 2 - v_b)`` with d_b the mean of
    outcome minus readiness and v_b the variance of d_b by accounts (Kumar et al. 2019,
    https://arxiv.org/abs/1909.10155, with clusters). The band comes from the same residuals with
    their mean taken out of each tenth and a random sign for each account (wild bootstrap, Wu 1986).
    """
    codes, names = tenths(evaluated)
    member = codes[:, None] == np.arange(len(names))
    weights = evaluated.weight @ member
    residual = (evaluated.weight * (evaluated.y - evaluated.readiness))[:, None] * member
    mean = ratio(residual.sum(axis=0), weights)
    centred = residual - (evaluated.weight[:, None] * member) * mean
    sums = cluster_sums(centred, evaluated.account) / weights
    variance = (sums**2).sum(axis=0)
    share = weights / weights.sum()
    rng, draws = np.random.default_rng(seed), enough(evaluated.y.size)
    null = [((_signs(rng, len(sums)) @ sums) ** 2 - variance) @ share for _ in range(draws)]
    low, high = percentiles(np.array(null), LEVEL)
    return float((mean**2 - variance) @ share), float(low), float(high)


def _signs(rng: np.random.Generator, n: int) -> Floats:
    signs: Floats = rng.integers(0, 2, size=n).astype(np.float64) * 2 - 1
    return signs
