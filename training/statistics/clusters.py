"""Covariances, standard errors and design effects where the leads of an account go together."""

from __future__ import annotations

import numpy as np

from leadgate.arrays import Bools, Floats, Ints, Positions


def group_sums(code: Ints | Positions, values: Floats | Bools, size: int = 0) -> Floats:
    """Return the sum of the values of each code; shape (k,), at least `size`."""
    sums: Floats = np.bincount(code, values, size).astype(np.float64)
    return sums


def cluster_sums(values: Floats, account: Ints) -> Floats:
    """Return the sum of the values of each account, accounts ascending.

    Parameters
    ----------
    values
        Shape (n,) or (n, p).
    account
        Shape (n,), codes.

    Returns
    -------
    ndarray
        Shape (n_accounts,) or (n_accounts, p).
    """
    code = np.unique(account, return_inverse=True)[1]
    if values.ndim == 1:
        return group_sums(code, values)
    return np.stack([group_sums(code, column) for column in values.T], axis=1)


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
    sums = cluster_sums(X * residual[:, None], account)
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
    sums = cluster_sums(weight * (values - mean), account)
    return mean, float(np.sqrt(sums @ sums) / weight.sum())


def design_effect(residual: Floats, weight: Floats, account: Ints) -> float:
    """Return how many leads count as one, because those of an account go together; at least 1.

    Dividing wins and leads by it makes binomial methods hold (Rao & Scott 1992, A simple method
    for the analysis of clustered binary data).

    Parameters
    ----------
    residual
        Shape (n,), outcome minus expectation.
    weight
        Shape (n,).
    account
        Shape (n,), codes.
    """
    independent = float(weight @ residual**2)
    clustered = float((cluster_sums(weight * residual, account) ** 2).sum())
    return max(1.0, clustered / independent) if independent else 1.0


def effective_n(weight: Floats) -> float:
    """Return Kish's effective number of rows."""
    squares = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squares if squares else 0.0
