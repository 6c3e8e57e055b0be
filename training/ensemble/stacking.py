"""Stacking: non-negative weights of the members on the log-odds, learned on forward windows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from leadgate.arrays import Floats
from training.ensemble.calibration import PRIOR_SLOPE, Slope, slope_beside_cells
from training.ensemble.out_of_fold import OutOfFold
from training.statistics.clusters import group_sums
from training.statistics.logistic import loss_and_residual

# Strength of the ridge, as a part of the information that the rows hold.
RIDGE = 0.05
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


def stack(oof: OutOfFold | None, members: int) -> Stacked:
    """Weigh the members.

    Minimises the weighted log loss of ``sigmoid(a_cell + sum_k beta_k m_k)`` over beta >= 0 and one
    intercept per cell, plus a ridge that draws each beta to 1 / m: with a drifting base rate a
    member is weighed by how it ranks and not by where it stands. The shares are beta over its sum;
    half of what the sum differs from 1 by is the slope's (stacking, Wolpert 1992; non-negative,
    Breiman 1996).

    Parameters
    ----------
    oof
        The rows of the windows; with too little in it, or None, the members share alike.
    members
        How many there are.
    """
    even = np.full(members, 1.0 / members)
    if oof is None or not oof.enough:
        return Stacked(even, PRIOR_SLOPE, enough=False)
    beta = _weights(oof, even)
    total = float(beta.sum())
    share = beta / total if total > 0 else even
    if total <= 0:
        return Stacked(even, Slope(0.0, 0.0), enough=True)
    variance = slope_beside_cells(oof, oof.log_odds @ share).variance
    mean = 1.0 + BELIEVED * (total - 1.0)
    slope = Slope(mean, min(BELIEVED * variance, PRIOR_SLOPE.variance))
    return Stacked(share, slope, enough=True)


def _weights(oof: OutOfFold, even: Floats) -> Floats:
    """Return beta; shape (m,)."""
    cell, y, weight = oof.cell, oof.y, oof.weight
    cells, total = int(cell.max()) + 1, float(weight.sum())
    of_cell = group_sums(cell, weight)
    means = [group_sums(cell, weight * column) / of_cell for column in oof.log_odds.T]
    x = oof.log_odds - np.stack(means, axis=1)[cell]
    scale = np.maximum(np.sqrt(weight @ x**2 / total), 1e-9)
    x = x / scale
    rate = float(weight @ y / total)
    ridge = 2 * RIDGE * total * rate * (1 - rate)

    def objective(theta: Floats) -> tuple[float, Floats]:
        level, beta = theta[:cells], theta[cells:]
        loss, residual = loss_and_residual(level[cell] + x @ beta, y, weight)
        pull = ridge * (beta - even * scale)
        gradient = np.concatenate([group_sums(cell, residual, cells), residual @ x + pull])
        return (loss + float(pull @ (beta - even * scale) / 2)) / total, gradient / total

    solution = minimize(
        objective, np.concatenate([np.zeros(cells), even * scale]), jac=True, method="L-BFGS-B",
        bounds=[(None, None)] * cells + [(0.0, None)] * even.size,
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-8},
    )  # fmt: skip
    beta: Floats = solution.x[cells:] / scale
    return beta
