"""The blend: a non-negative weighted sum of members on the log-odds."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

import numpy as np

from leadgate.arrays import Floats


class Member(Protocol):
    """One fitted model of the log-odds, additive over the features."""

    @property
    def bias(self) -> float:
        """Log-odds that belong to no feature."""

    def log_odds(self, X: Floats) -> Floats:
        """Return the log-odds of each row; shape (n,)."""

    def contributions(self, X: Floats) -> Floats:
        """Return each feature's share of the log-odds; shape (n, p)."""


class Blend:
    """log_odds(x) = intercept + sum of weight_k log_odds_k(x).

    A blend on the log-odds stays additive, so its contributions still sum to it. Without
    members it is a constant: the base rate.

    Parameters
    ----------
    members, weights
        As many of each; weights >= 0.
    intercept
        Log-odds added to the sum.

    Raises
    ------
    ValueError
        If the counts differ or a weight is negative or not finite.
    """

    def __init__(
        self, members: Sequence[Member], weights: Sequence[float], intercept: float = 0.0
    ) -> None:
        self.members = tuple(members)
        self.weights = tuple(float(w) for w in weights)
        self.intercept = float(intercept)
        if len(self.members) != len(self.weights):
            raise ValueError("a blend needs one weight per member")
        if (
            not np.isfinite([*self.weights, self.intercept]).all()
            or min(self.weights, default=0) < 0
        ):
            raise ValueError("weights must be finite and not negative")

    @cached_property
    def bias(self) -> float:
        """Log-odds that belong to no feature."""
        pairs = zip(self.members, self.weights, strict=True)
        return self.intercept + sum(w * member.bias for member, w in pairs)

    def log_odds(self, X: Floats) -> Floats:
        """Return the log-odds of each row; shape (n,)."""
        total = np.full(X.shape[0], self.intercept)
        for member, weight in zip(self.members, self.weights, strict=True):
            total += weight * member.log_odds(X)
        return total

    def contributions(self, X: Floats) -> Floats:
        """Return each feature's share of the log-odds, shape (n, p); with `bias` they sum up."""
        total = np.zeros(X.shape)
        for member, weight in zip(self.members, self.weights, strict=True):
            total += weight * member.contributions(X)
        return total
