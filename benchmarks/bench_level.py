"""Where the level of a model comes from: the rows that judge it, or all that are mature.

Run with ``LEADGATE_DATA=... python benchmarks/bench_level.py [SET ...]``; a set is one of
experiments/datasets or ``simulated``, which stands for three worlds of 5,000 leads. One fit before
the newest fifth, without a search, is calibrated with the level of the rows that judge the forward
windows, in these windows, and with that of all mature rows in their periods. For each: log loss on
the newest fifth, what of it a free level would save, and expected over won with its 90 % interval
from that of the readiness.
"""

from __future__ import annotations

import sys

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.optimize import minimize_scalar

from benchmarks.data_sets import configurations, sampled
from leadgate.arrays import Floats
from leadgate.config import Config
from leadgate.model import Calibration
from leadgate.model.calibration import sigmoid
from training.ensemble.forward import shares_of
from training.ensemble.level import Mature
from training.ensemble.mature import mature
from training.ensemble.platt import Slope, calibrate
from training.ensemble.search import Effort
from training.fit import fit_for_window
from training.statistics import metrics

SETS = ("olist", "x_education", "marketstar", "bank", "simulated")


def measure(config: Config) -> list[list[float]]:
    """Return for each kind of level: log loss, saved by a free one, expected / won, low, high."""
    sample, span, settings = sampled(config)
    fit = fit_for_window(sample, span, settings, effort=Effort(trials=0))
    assert fit is not None
    oof = fit.oof
    assert oof is not None
    earlier, shares = sample.before(span, settings), shares_of(fit.members, oof)
    judging = Mature(oof.rows, oof.y, oof.weight, oof.fold, oof.account)
    rows = sample.evaluated(span)
    y, weight = sample.labels.y[rows], sample.evaluation_weight(span, rows)
    log_odds = fit.members.log_odds(sample, rows) @ shares
    found = []
    shipped_by = fit.fitted.model.calibration
    slope = Slope(shipped_by.slope, float(shipped_by.covariance[1, 1]))
    for known in (judging, mature(earlier)):
        shipped = fit.members.log_odds(earlier, known.rows) @ shares
        calibration = calibrate(slope, known, shipped)
        found.append(_figures(calibration, log_odds, y, weight))
    return found


def _figures(calibration: Calibration, log_odds: Floats, y: Floats, weight: Floats) -> list[float]:
    band = calibration.band(log_odds)
    loss = float(metrics.log_loss(y, band[:, 0], weight))
    scaled = calibration.slope * log_odds

    def at(level: float) -> float:
        return float(metrics.log_loss(y, sigmoid(level + scaled), weight))

    best = minimize_scalar(at, bounds=(-8, 8), method="bounded")
    return [loss, loss - float(best.fun), *(weight @ band / (weight @ y)).tolist()]


def main() -> None:
    """Print the table."""
    table = Table("set", "level of", "log loss", "lost by the level", "expected / won (90 %)")
    for name in sys.argv[1:] or SETS:
        mean = np.mean([measure(config) for config in configurations(name)], axis=0)
        for kind, (loss, lost, ratio, low, high) in zip(
            ("those that judge", "all mature"), mean, strict=True
        ):
            table.add_row(
                name, kind, f"{loss:.4f}", f"{lost:.4f}", f"{ratio:.2f} ({low:.2f} to {high:.2f})"
            )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
