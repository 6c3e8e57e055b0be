"""The second arm of a fit that ships: its level, and how sure both arms are together."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats
from leadgate.model import Calibration, Model, UnworkedArm
from training.dataset.sample import Sample
from training.dataset.unworked import Unworked
from training.ensemble.calibration import Slope
from training.ensemble.fitted import Fitted
from training.ensemble.level import Mature
from training.ensemble.mature import all_known
from training.ensemble.members import Members
from training.ensemble.stacking import Stacked
from training.statistics.logistic import fit_logistic

DRAWS = 100


def with_unworked(fitted: Fitted, members: Members, stacked: Stacked, sample: Sample) -> Fitted:
    """Add the arm of leads left to marketing to a fit; as it is where there is none.

    The arms share their effects, and so the slope. How far apart their levels are is what all
    labelled snapshots of both say; where they stand now is what the level of the worked arm says,
    as leads left to marketing win too seldom to show a level that moves.

    Parameters
    ----------
    stacked
        How the members are blended.
    sample
        What shows the levels.
    """
    arm, features = sample.unworked, fitted.feature_set
    if not members.has_arms or arm.refused:
        return fitted
    blend, calibration = fitted.model.blend, fitted.model.calibration
    contrast = members.contrast(stacked.share)

    def unworked_log_odds(X: Floats) -> Floats:
        return blend.log_odds(X) + contrast.log_odds(X)

    worked = _Shown.of(sample, blend.log_odds, features)
    unworked = _Shown.of(arm, unworked_log_odds, features)
    apart = unworked.level(calibration.slope) - worked.level(calibration.slope)
    covariance = _covariance(stacked.slope, worked, unworked, calibration)
    other = Calibration(calibration.intercept + apart, calibration.slope, covariance[2:, 2:])
    model = Model(blend, calibration, UnworkedArm(contrast, other, covariance))
    return replace(fitted, model=model)


@dataclass(frozen=True)
class _Shown:
    """The labelled snapshots of an arm, and their log-odds by the blend: (n,)."""

    labelled: Mature
    log_odds: Floats

    @classmethod
    def of(
        cls, arm: Sample | Unworked, log_odds: Callable[[Floats], Floats], features: FeatureSet
    ) -> _Shown:
        """Ask the blend about the labelled snapshots of an arm."""
        labelled = all_known(arm)
        at = arm.snapshots.take(labelled.rows)
        return cls(labelled, log_odds(features.matrix(arm.history, at.lead, at.as_of)))

    def level(self, slope: float, drawn: Floats | float = 1.0) -> float:
        """Return the intercept beside a slope, with accounts weighed by `drawn`, shape (n,).

        One more lead, as good as all, keeps it finite.
        """
        labelled, offset = self.labelled, slope * self.log_odds
        fit = fit_logistic(
            np.ones((labelled.y.size + 1, 1)),
            np.append(labelled.y, np.average(labelled.y, weights=labelled.weight)),
            np.append(labelled.weight * drawn, 1.0),
            np.append(offset, np.average(offset, weights=labelled.weight)),
        )
        return float(fit.theta[0])


def _covariance(slope: Slope, worked: _Shown, unworked: _Shown, calibration: Calibration) -> Floats:
    """Return the covariance of level and slope of both arms by a bootstrap of accounts.

    A draw weighs the accounts of both arms alike and draws the slope that they share; the level of
    each arm then is fitted again. What the level of the worked arm may have moved by since then
    moves both.
    """
    rng = np.random.default_rng(0)
    arms = (worked, unworked)
    accounts, codes = np.unique(
        np.concatenate([arm.labelled.account for arm in arms]), return_inverse=True
    )
    of_arm = np.split(codes, [worked.log_odds.size])
    draws = np.empty((DRAWS, 4))
    for row in draws:
        weight = rng.exponential(size=accounts.size)
        row[1] = row[3] = max(rng.normal(slope.mean, math.sqrt(slope.variance)), 0.0)
        for k, (arm, own) in enumerate(zip(arms, of_arm, strict=True)):
            row[2 * k] = arm.level(row[1], weight[own])
    covariance: Floats = np.cov(draws.T)
    covariance[::2, ::2] += max(0.0, calibration.covariance[0, 0] - covariance[0, 0])
    return covariance
