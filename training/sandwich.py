"""The covariance of an estimate that holds where the leads of an account go together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Float = NDArray[np.float64]


def sandwich(X: Float, residual: Float, hessian: Float, account: NDArray[np.int64]) -> Float:
    """Return the covariance of coefficients, robust to clusters of accounts; shape (p, p).

    Parameters
    ----------
    X
        Shape (n, p), the design matrix.
    residual
        Shape (n,), weighted: the score of row i is ``X[i] * residual[i]``.
    hessian
        Shape (p, p), of the negative log likelihood.
    account
        Shape (n,), codes.

    References
    ----------
    Liang & Zeger 1986, Longitudinal data analysis using generalized linear models.
    """
    _, cluster = np.unique(account, return_inverse=True)
    sums = np.stack([np.bincount(cluster, column * residual) for column in X.T], axis=1)
    bread = np.linalg.inv(hessian)
    return np.asarray(bread @ (sums.T @ sums) @ bread)
