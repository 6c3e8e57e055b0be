"""Stacking: non-negative weights of the members on the log-odds, learned on forward windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from leadgate.arrays import Floats
from training.ensemble.calibration import PRIOR_SLOPE, Slope, slope_beside_cells
from training.ensemble.out_of_fold import OutOfFold
from training.estimators.candidates import MEMBERS
from training.statistics.clusters import group_sums
from training.statistics.logistic import loss_and_residual

# Strength of the ridge, as a part of the information that the rows hold.
RIDGE = 0.05
# A member that says next to nothing is weighed as if it said so much of the one that says most.
LEAST_SCALE = 1e-2
# What the windows say of the sum of the weights is believed by half: a free slope overfits.
BELIEVED = 0.5


@dataclass(frozen=True)
class Stacked:
    """How members are blended.

    Attributes
    ----------
    share
        Each member's share, shape (m,), sum 1.
    slope
        Of the blend.
    enough
        Whether the windows held enough to weigh members and to calibrate by them; else the members
        share alike.
    """

    share: Floats
    slope: Slope
    enough: bool


def stack(
    windows: OutOfFold | None,
    same_time: OutOfFold | None = None,
    names: Sequence[str] = MEMBERS,
) -> Stacked:
    """Weigh the members, and the blend against the base rate.

    Minimises the weighted log loss of ``sigmoid(a_cell + sum_k beta_k m_k)`` over beta >= 0 and one
    intercept per cell, plus a ridge that draws the betas to each other and a prior of their sum:
    with a drifting base rate a member is weighed by how it ranks and not by where it stands. The
    shares are beta over its sum (stacking, Wolpert 1992; non-negative, Breiman 1996).

    The sum is a slope. That of the windows is believed by half: their fits are older and smaller
    than the one that ships. Where there are rows of the same time, the slope is the mean of that
    and of the sum over both: those rows show a fit of nearly everything, but no drift.

    Parameters
    ----------
    windows
        The rows of the windows; with too little in them both shares and slope are by all rows.
    same_time
        Rows from the time of the newest fits themselves; with too little in both, or without any
        row, the members share alike.
    names
        Of the members, where there is no row.
    """
    shown = _together(windows, same_time)
    members = len(names if shown is None else shown.names)
    even = np.full(members, 1.0 / members)
    if shown is None or not shown.enough:
        return Stacked(even, PRIOR_SLOPE, enough=False)
    beta = both = _weights(shown)
    mean = float(both.sum())
    if windows is not None and windows.enough:
        beta = both if same_time is None else _weights(windows)
        mean = 1.0 + BELIEVED * (float(beta.sum()) - 1.0)
        if same_time is not None:
            mean = (mean + float(both.sum())) / 2
    total = float(beta.sum())
    if total <= 0:
        return Stacked(even, Slope(0.0, 0.0), enough=True)
    share = beta / total
    variance = slope_beside_cells(shown, shown.log_odds @ share).variance
    return Stacked(share, Slope(mean, 1 / (1 / variance + 1 / PRIOR_SLOPE.variance)), enough=True)


def _together(windows: OutOfFold | None, same_time: OutOfFold | None) -> OutOfFold | None:
    if windows is None or same_time is None:
        return windows if same_time is None else same_time
    return windows.with_same_time(same_time)


def _weights(oof: OutOfFold) -> Floats:
    """Return beta; shape (m,)."""
    cell, y, weight = oof.cell, oof.y, oof.weight
    cells, total = int(cell.max()) + 1, float(weight.sum())
    of_cell = group_sums(cell, weight)
    means = [group_sums(cell, weight * column) / of_cell for column in oof.log_odds.T]
    x = oof.log_odds - np.stack(means, axis=1)[cell]
    scale = np.sqrt(weight @ x**2 / total)
    scale = np.maximum(scale, max(LEAST_SCALE * float(scale.max()), 1e-9))
    rate = float(weight @ y / total)
    even = np.full(scale.size, 1.0 / scale.size)
    ridge = 2 * RIDGE * total * rate * (1 - rate) * scale**2

    def objective(theta: Floats) -> tuple[float, Floats]:
        level, beta = theta[:cells], theta[cells:] / scale
        loss, residual = loss_and_residual(level[cell] + x @ beta, y, weight)
        apart, beyond = beta - beta.mean(), beta.sum() - PRIOR_SLOPE.mean
        pull = ridge * apart
        loss += float(pull @ apart) / 2 + beyond**2 / (2 * PRIOR_SLOPE.variance)
        slopes = residual @ x + pull - pull.mean() + beyond / PRIOR_SLOPE.variance
        gradient = np.concatenate([group_sums(cell, residual, cells), slopes / scale])
        return loss / total, gradient / total

    solution = minimize(
        objective, np.concatenate([np.zeros(cells), even * scale]), jac=True, method="L-BFGS-B",
        bounds=[(None, None)] * cells + [(0.0, None)] * even.size,
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    beta: Floats = solution.x[cells:] / scale
    return beta
