"""Forward windows as a cross-validator, so that scikit-learn evaluates as leadgate does."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from features.parsing.times import micros
from leadgate.arrays import Floats, Ints, Positions
from leadgate.errors import DataError
from training.validation.windows import Window, earliest_cut, forward_windows, holds_both

# Of the accounts that may lie on both sides of a window's start, so many are evaluated.
DRAWN = 0.5


class ForwardSplit:
    """Up to four windows, each evaluated by a fit on what was known before it, of other accounts.

    For ``cv=`` of `cross_val_score`, `GridSearchCV` and the like; the accounts are the `groups`.
    A fit has the rows from before its window whose label was known by then, without the accounts
    that the window evaluates. `leadgate train` makes its windows by the same functions, but also
    cuts the history that the features are made of, which rows alone cannot, and evaluates every
    account by a fit on four fifths of the others.

    Parameters
    ----------
    as_of
        Shape (n,): when each row was seen; datetimes (naive ones are UTC) or whole numbers.
    known_at
        Shape (n,): when its label came to be known, likewise. A loss is often known later than a
        win, so pass only rows whose outcome had to be known by the end of the data (mature ones).
    reach
        Shape (n,): until when the row's lead may be seen, such as its creation and the oldest age.
        Needed where leads are seen more than once: of the accounts that may lie on both sides of
        a window's start, half are drawn by a hash and evaluated, the others fitted on. Who *is*
        seen late shows what became of the lead. Left out: as_of.

    Examples
    --------
    >>> import numpy as np
    >>> from training import ForwardSplit
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> rng = np.random.default_rng(0)
    >>> X, day = rng.normal(size=(1000, 2)), np.sort(rng.integers(0, 365, 1000))
    >>> y = rng.random(1000) < 1 / (1 + np.exp(-X[:, 0]))
    >>> cv = ForwardSplit(day, known_at=day + 30)
    >>> account = rng.integers(0, 400, 1000)
    >>> model = LogisticRegression()
    >>> cross_val_score(model, X, y, groups=account, cv=cv, scoring="roc_auc").round(1)
    array([0.7, 0.7, 0.8, 0.7])
    """

    def __init__(
        self, as_of: ArrayLike, known_at: ArrayLike, reach: ArrayLike | None = None
    ) -> None:
        self.as_of = as_of
        self.known_at = known_at
        self.reach = reach

    def split(
        self, X: object, y: ArrayLike, groups: ArrayLike | None = None
    ) -> Iterator[tuple[Positions, Positions]]:
        """Yield the rows to fit on and the rows to evaluate, oldest window first.

        Parameters
        ----------
        X
            Not looked at.
        y
            Shape (n,), two classes; the greater one is the win.
        groups
            Shape (n,), the accounts; left out: each row is an account of its own.

        Raises
        ------
        DataError
            ``shapes`` where there are not n of each, ``not_two_classes``, and
            ``no_window`` with fewer than ten rows of either class before and within a window.
        """
        classes, code = np.unique(np.asarray(y), return_inverse=True)
        if len(classes) != 2:
            message = f"y has {len(classes)} classes where wins and losses are needed."
            raise DataError(message, code="not_two_classes")
        accounts = np.arange(len(code)) if groups is None else np.asarray(groups)
        account = np.unique(accounts, return_inverse=True)[1]
        windows = self.windows(code.astype(np.float64), account)
        if not windows:
            raise DataError(
                "No window has ten rows of either class in it, and as many known before it.",
                code="no_window",
            )
        yield from windows

    def get_n_splits(self, X: object, y: ArrayLike, groups: ArrayLike | None = None) -> int:
        """Return the number of windows; arguments as in `split`."""
        return sum(1 for _ in self.split(X, y, groups))

    def windows(self, y: Floats, account: Ints) -> list[tuple[Positions, Positions]]:
        """Return what `split` yields, maybe nothing, for 1 won, 0 not, and codes of accounts.

        Raises
        ------
        DataError
            ``shapes``: `y`, `account` and the times are not of one length.
        """
        order, known_at = _axis(self.as_of), _axis(self.known_at)
        reach = order if self.reach is None else _axis(self.reach)
        if not len(order) == len(known_at) == len(reach) == len(y) == len(account):
            sizes = f"{len(order)}, {len(known_at)}, {len(reach)}, {len(y)} and {len(account)}"
            names = "as_of, known_at, reach, y and groups"
            raise DataError(f"{names} have {sizes} entries: one a row is needed.", code="shapes")
        every = np.ones(len(y))
        earliest = earliest_cut(known_at, y, order, every)
        if earliest is None:
            return []
        share = 1.0 if self.reach is None else DRAWN
        windows = []
        for window in forward_windows(order, y, every, earliest):
            out = _drawn(account, order, reach, window, share)
            fit, evaluated = _sides(window, order, known_at, account, out)
            if holds_both(y[fit]) and np.unique(y[evaluated]).size == 2:
                windows.append((fit, evaluated))
        return windows


def _sides(
    window: Window, order: Ints, known_at: Ints, account: Ints, out: Ints
) -> tuple[Positions, Positions]:
    """Return the rows to fit on and to evaluate, some accounts kept for the latter."""
    earlier = order < window.start
    fit = earlier & (known_at < window.start) & ~np.isin(account, out)
    seen = np.setdiff1d(account[earlier], out)
    return np.flatnonzero(fit), np.flatnonzero(window.holds(order) & ~np.isin(account, seen))


def _drawn(account: Ints, begin: Ints, reach: Ints, window: Window, share: float) -> Ints:
    """Return the codes of a share of the accounts that may lie on both sides of a window's start.

    Parameters
    ----------
    account, begin, reach
        Shape (n,): of each lead or row its account, and from when until when it may be seen.
    window
        The window.
    share
        Of the accounts, 1 for all of them.
    """
    inside = (reach >= window.start) & (begin < window.end)
    both = np.intersect1d(account[begin < window.start], account[inside])
    return both[_uniform(both, window.start) < share]


def _uniform(code: Ints, salt: int) -> Floats:
    """Return a number in [0, 1) for each code (the finalizer of SplitMix64; Steele et al. 2014)."""
    x = code.astype(np.uint64) ^ np.uint64(salt % 2**64)
    x = x + np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x = (x ^ (x >> np.uint64(shift))) * np.uint64(factor)
    return (x ^ (x >> np.uint64(31))).astype(np.float64) / 2.0**64


def _axis(times: ArrayLike) -> Ints:
    series = pd.Series(times)
    if series.dtype.kind == "M":
        return micros(series)
    return np.asarray(series, dtype=np.int64)
