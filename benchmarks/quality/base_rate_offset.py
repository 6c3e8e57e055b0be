"""The base-rate offset from the rows that evaluate the forward windows, or from all mature ones.

One fit before the newest fifth, without a search, is calibrated with the base rate of the rows that
evaluate the forward windows, in these windows, and with that of all mature rows in their periods.
For each: log loss on the newest fifth, what of it a free offset would save, and the
predicted-to-actual ratio with its 90 % interval from that of the readiness.
"""

from __future__ import annotations

from scipy.optimize import minimize_scalar

from benchmarks.inputs.data_sets import SIMULATED, SMALL_SETS, TestWindow, over_sets
from benchmarks.machinery.catalogue import NEEDS_DATA, Figure, Figures
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

USUAL_TIME = "6 min"
SMALL = SMALL_SETS
NEEDS = (NEEDS_DATA,)
SETS = ("olist", "x_education", "marketstar", "bank", SIMULATED)


def measure(config: Config) -> dict[str, Figure]:
    """Return the figures of either offset."""
    window = TestWindow.of_export(config)
    sample, span, settings = window.sample, window.span, window.settings
    fit = fit_for_window(sample, span, settings, effort=Effort(trials=0))
    assert fit is not None
    oof = fit.oof
    assert oof is not None
    earlier, shares = sample.before(span, settings), shares_of(fit.members, oof)
    evaluating = Mature(oof.rows, oof.y, oof.weight, oof.fold, oof.account)
    log_odds = fit.members.log_odds(sample, window.rows) @ shares
    used = fit.fitted.model.calibration
    slope = Slope(used.slope, float(used.covariance[1, 1]))
    result: dict[str, Figure] = {}
    for name, rows in (("evaluating", evaluating), ("mature", mature(earlier))):
        shipped = fit.members.log_odds(earlier, rows.rows) @ shares
        calibration = calibrate(slope, rows, shipped)
        figures = _figures(calibration, log_odds, window.y, window.weight)
        result |= {f"{metric}_{name}": value for metric, value in figures.items()}
    return result


def _figures(
    calibration: Calibration, log_odds: Floats, y: Floats, weight: Floats
) -> dict[str, float]:
    band = calibration.band(log_odds)
    loss = float(metrics.log_loss(y, band[:, 0], weight))
    scaled = calibration.slope * log_odds

    def at(level: float) -> float:
        return float(metrics.log_loss(y, sigmoid(level + scaled), weight))

    best = minimize_scalar(at, bounds=(-8, 8), method="bounded")
    ratio, low, high = (weight @ band / (weight @ y)).tolist()
    lost = loss - float(best.fun)
    return {"log_loss": loss, "lost": lost, "ratio": ratio, "ratio_low": low, "ratio_high": high}


def run(sets: tuple[str, ...] = SETS, worlds: int = 3, leads: int = 5_000) -> Figures:
    """Fit once on each set and calibrate twice."""
    return over_sets(sets, measure, worlds=worlds, leads=leads)
