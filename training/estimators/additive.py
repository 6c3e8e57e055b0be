"""The additive candidate: ridge logistic regression on a hat basis of each feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.linalg import solve_triangular
from scipy.optimize import minimize
from threadpoolctl import threadpool_limits

from leadgate.arrays import Bools, Codes, Floats, Ints
from leadgate.model import AdditiveMember, Shape
from leadgate.model.calibration import logit
from training.statistics.logistic import loss_and_residual

# The prior deviation of the intercept of an arm.
ARM_DEVIATION = 3.0
_GRAM_ROWS = 8_000
# Rows at once: their part of the design stays in the processor's cache.
_CHUNK = 8_192
_STOP = {"maxiter": 200, "ftol": 1e-9, "gtol": 1e-7}


@dataclass(frozen=True)
class Basis:
    """The knots of each feature and where its columns lie in the design matrix.

    A feature has one column for each knot (a hat function: 1 at the knot, 0 at its neighbours) and
    one for missing; a category's knots are its codes.
    """

    knots: tuple[Floats, ...]
    is_category: tuple[bool, ...]
    starts: Ints

    @classmethod
    def fit(cls, X: Floats, is_category: Sequence[bool], n_knots: int) -> Basis:
        """Place the knots at quantiles of each column."""
        columns = zip(X.T, is_category, strict=True)
        knots = tuple(_codes(x) if c else _quantiles(x, n_knots) for x, c in columns)
        starts = np.cumsum([0, *(k.size + 1 for k in knots)])
        return cls(knots, tuple(is_category), starts)

    def design(self, X: Floats) -> sparse.csr_array:
        """Return the values of all hats, shape (n, n_columns); at most two of a feature are not 0.

        A value between two knots stands on both, a code on one, and so does what is missing.
        """
        widths = np.where(self.is_category, 1, 2)
        place = np.cumsum(widths) - widths
        column = np.empty((len(X), int(widths.sum())), dtype=np.int32)
        value = np.ones(column.shape)
        for begin in range(0, len(X), _CHUNK):
            rows = slice(begin, begin + _CHUNK)
            for j, at in enumerate(place):
                part = slice(at, at + widths[j])
                self._stand(j, X[rows, j], column[rows, part], value[rows, part])
        ends = np.arange(len(X) + 1) * column.shape[1]
        shape = (len(X), int(self.starts[-1]))
        return sparse.csr_array((value.ravel(), column.ravel(), ends), shape=shape)

    def _stand(self, j: int, x: Floats, column: Codes, value: Floats) -> None:
        """Fill in on which hats the values of a feature stand, and how high."""
        knots, start, missing = self.knots[j], self.starts[j], np.isnan(x)
        inside = np.clip(np.where(missing, knots[0], x), knots[0], knots[-1])
        cell = np.searchsorted(knots, inside, side="right") - 1
        column[:, 0] = start + np.where(missing, knots.size, cell)
        if self.is_category[j]:
            return
        right = np.minimum(cell + 1, knots.size - 1)
        high = (inside - knots[cell]) / np.where(right > cell, knots[right] - knots[cell], 1.0)
        column[:, 1] = start + right
        value[:, 0], value[:, 1] = 1.0 - high, high

    def penalty(self) -> Floats:
        """Return the precision matrix of the prior for a prior deviation of 1 per feature.

        Neighbouring knots form a random walk of variance 1 from end to end of what was seen; codes
        and the missing value are independent.
        """
        size = int(self.starts[-1])
        P = np.zeros((size, size))
        for knots, category, start in zip(self.knots, self.is_category, self.starts, strict=False):
            m = knots.size
            own = np.eye(m + 1)
            if not category:
                D = np.diff(np.eye(m), axis=0)
                own[:m, :m] = (m - 1) * (D.T @ D) + np.eye(m) / m
            P[start : start + m + 1, start : start + m + 1] = own
        return P

    def member(self, beta: Floats, intercept: float, centre: Floats) -> AdditiveMember:
        """Return the fitted functions, each with mean zero over the rows of the fit."""
        shapes, bias = [], intercept
        for knots, start in zip(self.knots, self.starts, strict=False):
            part = slice(start, start + knots.size + 1)
            mean = float(centre[part] @ beta[part])
            bias += mean
            values = beta[part] - mean
            shapes.append(Shape(knots, values[:-1], values[-1]))
        return AdditiveMember(shapes, bias)


def count_coefficients(X: Floats, is_category: Sequence[bool], n_knots: int) -> int:
    """Return how many coefficients an additive member of a matrix has, its intercept apart."""
    return int(Basis.fit(X, is_category, n_knots).starts[-1])


def fit_additive(
    X: Floats, y: Floats, weight: Floats, is_category: Sequence[bool], *,
    n_knots: int, deviation: float,
) -> AdditiveMember:  # fmt: skip
    """Fit an additive member.

    Maximises the weighted log likelihood plus the log of a Gaussian prior under which a feature
    moves the log-odds by about `deviation`; so the data outweigh it as they grow.

    Parameters
    ----------
    X
        Shape (n, p), NaN where missing; categories as codes.
    y, weight
        Shape (n,): 1 won, 0 not; what each row counts, both kinds with a positive sum.
    is_category
        Shape (p,).
    n_knots
        Of each function of a number.
    deviation
        Of the prior.
    """
    # On a busy machine the threads of the matrix products wait for each other, up to tenfold.
    with threadpool_limits(1, user_api="blas"):
        basis = Basis.fit(X, is_category, n_knots)
        return _fit(basis.design(X), y, weight, basis, deviation)[0]


def fit_arms(
    X: Floats, y: Floats, weight: Floats, unworked: Bools, is_category: Sequence[bool], *,
    n_knots: int, deviation: float,
) -> tuple[AdditiveMember, float]:  # fmt: skip
    """Fit as `fit_additive` does, the effects shared by two arms, each with its own intercept.

    Before any data the intercepts differ by those of two independent arms N(0, 3^2).

    Parameters
    ----------
    unworked
        Shape (n,), the rows of leads left to marketing; all else as in `fit_additive`.

    Returns
    -------
    AdditiveMember, float
        The member of the worked arm, and what is added to it for a lead left to marketing.
    """
    with threadpool_limits(1, user_api="blas"):
        basis = Basis.fit(X, is_category, n_knots)
        arm = sparse.csr_array(unworked[:, None].astype(np.float64))
        hats = sparse.csr_array(sparse.hstack([basis.design(X), arm], format="csr"))
        return _fit(hats, y, weight, basis, deviation)


def _fit(
    hats: sparse.csr_array, y: Floats, weight: Floats, basis: Basis, deviation: float
) -> tuple[AdditiveMember, float]:
    """Fit the hats of a basis and, where there is one more column, what it says of the arm."""
    A, size = _Design(hats), int(basis.starts[-1])
    rate = float(weight @ y / weight.sum())
    G = rate * (1 - rate) * _gram(A, weight)
    centre = A.sums(weight)[:-1] / weight.sum()
    prior = np.zeros(G.shape)
    prior[:size, :size] = basis.penalty() / deviation**2
    prior[range(size, len(G) - 1), range(size, len(G) - 1)] = 1 / (2 * ARM_DEVIATION**2)
    factor = np.linalg.cholesky(G + prior + 1e-9 * np.trace(G) * np.eye(len(G)))
    start = np.append(np.zeros(centre.size), logit(rate))
    theta = _minimise(A, y, weight, prior, factor, start)
    member = basis.member(theta[:size], float(theta[-1]), centre)
    return member, float(theta[size:-1].sum())


@dataclass(frozen=True)
class _Design:
    """The hats of each row and the intercept, which has no prior, as one matrix."""

    hats: sparse.csr_array

    def times(self, theta: Floats) -> Floats:
        """Return the product with the coefficients; shape (n,)."""
        by_hat: Floats = self.hats @ theta[:-1]
        by_hat += theta[-1]
        return by_hat

    def sums(self, values: Floats) -> Floats:
        """Return the sums of a value of each row, by column."""
        return np.append(self.hats.T @ values, values.sum())

    def dense(self, some: slice) -> Floats:
        """Return some rows with all their zeros."""
        hats = self.hats[some].toarray()
        return np.column_stack([hats, np.ones(len(hats))])


def _gram(A: _Design, weight: Floats) -> Floats:
    """Return A' W A, from an even sample of the rows where there are many."""
    some = slice(None, None, max(1, len(weight) // _GRAM_ROWS))
    rows = A.dense(some)
    part = (rows.T * weight[some]) @ rows
    return np.asarray(part * (weight.sum() / weight[some].sum()))


def _minimise(
    A: _Design, y: Floats, weight: Floats, P: Floats, factor: Floats, theta: Floats
) -> Floats:
    """Minimise the penalised loss from `theta` on.

    `factor` is the Cholesky factor L of the Hessian at the base rate. In the coordinates L' theta
    the loss is nearly round, so that L-BFGS needs about a dozen steps.
    """
    total = float(weight.sum())

    def objective(z: Floats) -> tuple[float, Floats]:
        beta = solve_triangular(factor, z, lower=True, trans="T")
        loss, residual = loss_and_residual(A.times(beta), y, weight)
        pull = P @ beta
        gradient = solve_triangular(factor, A.sums(residual) + pull, lower=True)
        return (loss + float(beta @ pull / 2)) / total, gradient / total

    solution = minimize(objective, factor.T @ theta, jac=True, method="L-BFGS-B", options=_STOP)
    return np.asarray(solve_triangular(factor, solution.x, lower=True, trans="T"))


def _codes(x: Floats) -> Floats:
    top = np.nanmax(x, initial=0.0, where=~np.isnan(x))
    return np.arange(int(top) + 1, dtype=np.float64)


def _quantiles(x: Floats, n_knots: int) -> Floats:
    """Return up to `n_knots` distinct knots; a value's mass counts by its square root.

    So a count that is mostly zero still gets knots where it is not.
    """
    values, counts = np.unique(x[~np.isnan(x)], return_counts=True)
    if values.size == 0:
        return np.zeros(1)
    mass = np.sqrt(counts).cumsum()
    places = np.linspace(0.02, 0.98, n_knots) * mass[-1]
    return np.unique(values[np.searchsorted(mass, places).clip(max=values.size - 1)])
