"""Logistic regression with weights and offsets, and its covariance robust to accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Bools, Floats, Ints
from leadgate.model.calibration import sigmoid
from training.statistics.clusters import sandwich

_STEPS, _LARGEST_STEP, _TOLERANCE = 50, 2.0, 1e-10
# Of the weight: with less information the probabilities have run off to 0 and 1.
_SEPARATED = 1e-9
# Keeps a Hessian regular where a column has no weight; it does not move the maximum.
_RIDGE = 1e-9


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression.

    Attributes
    ----------
    theta
        Shape (p,), the coefficients; (b, p) for b weightings.
    hessian
        Shape (p, p), of the negative log likelihood at `theta`; (b, p, p) for b weightings.
    converged
        Whether the last step was below 1e-6 and no line separates the classes; shape () or (b,).
    """

    X: Floats
    y: Floats
    weight: Floats
    offset: Floats | float
    theta: Floats
    hessian: Floats
    converged: Bools

    @property
    def p(self) -> Floats:
        """The fitted probability of each row; shape (n,)."""
        return sigmoid(self.X @ self.theta + self.offset)

    def covariance(self, account: Ints) -> Floats:
        """Return the covariance of the coefficients, robust to clusters; shape (p, p).

        Parameters
        ----------
        account
            Codes of the first rows; rows beyond them are prior data, which no cluster varies.
        """
        n = len(account)
        residual = (self.weight * (self.y - self.p))[:n]
        return sandwich(self.X[:n], residual, self.hessian, account)


def fit_logistic(
    X: Floats,
    y: Floats,
    weight: Floats,
    offset: Floats | float = 0.0,
    start: Floats | None = None,
) -> Logistic:
    """Maximise the weighted likelihood of ``y ~ sigmoid(X @ theta + offset)`` by Newton's method.

    A prior is given as rows of its own (data augmentation).

    Parameters
    ----------
    X
        Shape (n, p), the design matrix.
    y
        Shape (n,), 1 won, 0 not; anything between in rows of a prior.
    weight
        Shape (n,), or (b, n) to fit b weightings at once.
    offset
        Shape (n,), log-odds with a coefficient of 1.
    start
        Shape (p,); left out: zeros.
    """
    theta = np.zeros(X.shape[1]) if start is None else start
    theta = np.broadcast_to(theta, (*weight.shape[:-1], theta.size))
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(_STEPS):
            p = sigmoid(theta @ X.T + offset)
            curve = weight * p * (1 - p)
            hessian = (X.T * curve[..., None, :]) @ X + _RIDGE * np.eye(X.shape[1])
            gradient = (weight * (y - p)) @ X
            step = np.linalg.solve(hessian, gradient[..., None])[..., 0]
            size = np.abs(step).max(axis=-1)
            theta = theta + step / np.maximum(1.0, size / _LARGEST_STEP)[..., None]
            if np.nanmax(size, initial=0.0) < _TOLERANCE:
                break
    converged = (size < 1e-6) & (curve.sum(axis=-1) > _SEPARATED * weight.sum(axis=-1))
    return Logistic(X, y, weight, offset, theta, hessian, np.asarray(converged))


def loss_and_residual(eta: Floats, y: Floats, weight: Floats) -> tuple[float, Floats]:
    """Return the weighted log loss of log-odds and its gradient by them; shape (n,).

    For minimisers with bounds or a large sparse design, which Newton's method does not suit.
    """
    residual = weight * (0.5 * (1 + np.tanh(eta / 2)) - y)
    return float(weight @ (np.logaddexp(0.0, eta) - y * eta)), residual
