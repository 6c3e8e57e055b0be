"""Covariances and standard errors that hold where the leads of an account go together."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Floats, Ints


def sandwich(X: Floats, residual: Floats, hessian: Floats, account: Ints) -> Floats:
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


def mean_with_error(values: Floats, weight: Floats, account: Ints) -> tuple[float, float]:
    """Return a weighted mean and its standard error, robust to clusters of accounts.

    Parameters
    ----------
    values, weight
        Shape (n,).
    account
        Shape (n,), codes.
    """
    mean = float(weight @ values / weight.sum())
    _, cluster = np.unique(account, return_inverse=True)
    sums = np.bincount(cluster, weight * (values - mean))
    return mean, float(np.sqrt(sums @ sums) / weight.sum())
