"""The slope of a model from the forward windows, or from fits of the same time.

One fit before the newest fifth, without a search. For each set: the slope that the forward windows
show and that of the cross-fits, with their standard errors, the one that is used, and the best on
the newest fifth; and the log loss there with each, beside a free offset.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar

from benchmarks.inputs.data_sets import SMALL_SETS, TestWindow, over_sets
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
from benchmarks.quality.base_rate_offset import SETS
from leadgate.arrays import Floats
from leadgate.config import Config
from leadgate.model.calibration import sigmoid
from training.dataset.matrix import labelled_matrix
from training.ensemble.cross_fit import cross_fit
from training.ensemble.forward import shares_of
from training.ensemble.platt import FORWARD, Slope, forward_slope, slope_within
from training.ensemble.search import Effort
from training.fit import fit_for_window
from training.statistics import metrics

USUAL_TIME = "6 min"
SMALL = SMALL_SETS
NEEDS = (NEEDS_DATA,)
# Wide enough to say nothing: what the rows show by themselves.
ANY = Slope(1.0, 1e6)


def measure(config: Config) -> dict[str, Figure]:
    """Return the slopes, their errors and the log loss with each."""
    window = TestWindow.of_export(config)
    sample, span, settings = window.sample, window.span, window.settings
    fit = fit_for_window(sample, span, settings, effort=Effort(trials=0))
    assert fit is not None
    data = labelled_matrix(sample.before(span, settings), fit.settings(settings))
    assert data is not None
    crossed = cross_fit(data, fit.members.names, fit.search.tuning)
    assert crossed is not None
    assert fit.oof is not None
    shares = shares_of(fit.members, fit.oof)
    windows = forward_slope(fit.oof, fit.oof.log_odds @ shares, ANY)
    same_time = slope_within(crossed, crossed.log_odds @ shares)
    y, weight = window.y, window.weight
    log_odds = fit.members.log_odds(sample, window.rows) @ shares
    best = minimize_scalar(lambda s: loss(s, log_odds, y, weight), bounds=(0, 4), method="bounded")
    of_same_time = np.sqrt(max(same_time.variance - FORWARD**2, 0.0))
    slopes = {
        "windows": windows.mean, "same_time": same_time.mean,
        "used": fit.fitted.model.calibration.slope, "best": float(best.x),
    }  # fmt: skip
    return {
        **slopes, "windows_error": float(np.sqrt(windows.variance)),
        "same_time_error": float(of_same_time),
        **{f"log_loss_{n}": loss(max(v, 0.0), log_odds, y, weight) for n, v in slopes.items()},
    }  # fmt: skip


def loss(slope: float, log_odds: Floats, y: Floats, weight: Floats) -> float:
    """Return the log loss with a slope, at the level that suits it best."""

    def at(level: float) -> float:
        return float(metrics.log_loss(y, sigmoid(level + slope * log_odds), weight))

    return float(minimize_scalar(at, bounds=(-8, 8), method="bounded").fun)


def run(sets: tuple[str, ...] = SETS, worlds: int = 3, leads: int = 5_000) -> Figures:
    """Fit once on each set."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
