"""Where the slope of a model comes from: the forward windows, or fits of the same time.

Run with ``LEADGATE_DATA=... python benchmarks/bench_slope.py [SET ...]``; a set is one of
experiments/datasets or ``simulated``, which stands for three worlds of 5,000 leads. One fit before
the newest fifth, without a search. For each set: the slope that the forward windows show and that
of the cross-fits, with their standard errors, the one that is used, and the best on the newest
fifth; and the log loss there with each, beside a free level.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize_scalar

from benchmarks.bench_level import SETS
from benchmarks.data_sets import WORLDS, add_rows, sampled
from leadgate.arrays import Floats
from leadgate.config import Config
from leadgate.model.calibration import sigmoid
from training.dataset.matrix import labelled_matrix
from training.ensemble.cross_fit import cross_fit
from training.ensemble.forward import shares_of
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.platt import FORWARD, Slope, forward_slope, slope_within
from training.ensemble.search import Effort
from training.fit import fit_for_window
from training.statistics import metrics

# Wide enough to say nothing: what the rows show by themselves.
ANY = Slope(1.0, 1e6)


def measure(config: Config) -> tuple[str, ...]:
    """Return the slopes and the log loss with each, in words."""
    sample, span, settings = sampled(config)
    fit = fit_for_window(sample, span, settings, effort=Effort(trials=0))
    assert fit is not None
    data = labelled_matrix(sample.before(span, settings), fit.settings(settings))
    assert data is not None
    crossed = cross_fit(data, fit.members.names, fit.found.tuning)
    assert crossed is not None
    assert fit.oof is not None
    shares = shares_of(fit.members, fit.oof)
    windows = forward_slope(*rows_of(fit.oof, shares), ANY)
    same_time = slope_within(*rows_of(crossed, shares))
    rows = sample.evaluated(span)
    y, weight = sample.labels.y[rows], sample.evaluation_weight(span, rows)
    log_odds = fit.members.log_odds(sample, rows) @ shares
    best = minimize_scalar(lambda s: loss(s, log_odds, y, weight), bounds=(0, 4), method="bounded")
    of_same_time = np.sqrt(max(same_time.variance - FORWARD**2, 0.0))
    used = fit.fitted.model.calibration.slope
    slopes = (windows.mean, same_time.mean, used, float(best.x))
    losses = [f"{loss(max(slope, 0.0), log_odds, y, weight):.4f}" for slope in slopes]
    return (
        f"{windows.mean:.2f} ± {np.sqrt(windows.variance):.2f}: {losses[0]}",
        f"{same_time.mean:.2f} ± {of_same_time:.2f}: {losses[1]}",
        f"{used:.2f}: {losses[2]}",
        f"{best.x:.2f}: {losses[3]}",
    )


def rows_of(oof: OutOfFold, shares: Floats) -> tuple[NDArray[np.generic], ...]:
    """Return what a slope is learned from."""
    return oof.log_odds @ shares, oof.y, oof.weight, oof.fold, oof.account


def loss(slope: float, log_odds: Floats, y: Floats, weight: Floats) -> float:
    """Return the log loss with a slope, at the level that suits it best."""

    def at(level: float) -> float:
        return float(metrics.log_loss(y, sigmoid(level + slope * log_odds), weight))

    return float(minimize_scalar(at, bounds=(-8, 8), method="bounded").fun)


def main() -> None:
    """Print the table."""
    sides = ("forward windows", "same time", "used", "best")
    table = Table("set", *(f"{side}: log loss" for side in sides))
    add_rows(table, SETS, measure, worlds=WORLDS)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
