"""The date probe: columns that tell when a lead came, and nothing that ranks the leads to come."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from training.calibration import platt
from training.candidates import families
from training.forward import Fold, OutOfFold, shares_of
from training.metrics import losses
from training.recipe import Known, Members, Sample, fit_members
from training.telling import apart
from training.tuning import Tuning

Float = NDArray[np.float64]

# An honest column may drift; one that tells the leads of a window from those before it this well
# takes values there that the fit has hardly seen.
TELLING = 0.9
# So many standard errors are no chance.
SURELY = 2.0
# What such columns can do is bounded by the periods of the fit and by shrinkage, what is lost with
# one that means something is not: less harm than this part of the loss is borne.
HARM = 0.01
MOST_ROWS = 10_000


@dataclass(frozen=True)
class DateProbe:
    """What was found, and what the model loses without it on the forward windows.

    Attributes
    ----------
    telling
        How well each column that is left out tells the leads of a window from those before it:
        AUC, mean of the windows.
    gain, error
        The log loss with these columns less that without, and its standard error by account.
    """

    telling: dict[str, float]
    gain: float
    error: float

    def reasons(self) -> dict[str, str]:
        """Return why each column is no feature."""
        return {
            name: f"tells the date only (windows from what came before: AUC {telling:.2f})"
            for name, telling in self.telling.items()
        }

    def sentences(self) -> list[str]:
        """Say what was left out, on what evidence, and how to keep it."""
        names = list(self.telling)
        keep = " ".join(f"--keep {shlex.quote(name)}" for name in names)
        return [
            f"{', '.join(names)} {'tell' if len(names) > 1 else 'tells'} the date only (left out "
            f"unless {keep}): on the forward windows the model loses {self.gain:.5f} less in log "
            f"loss without (standard error {self.error:.5f})."
        ]


def probe_dates(
    sample: Sample,
    folds: Sequence[Fold],
    names: Sequence[str],
    tuning: Tuning,
    keep: Collection[str] = (),
) -> DateProbe | None:
    """Look for columns that tell the date only; None where there is none.

    A suspect tells the leads of the forward windows from those that the fit before saw. It stays
    where shuffling it within each window costs more than two standard errors. The other suspects
    are left out where fits without them surely lose less, by a hundredth of the loss or more. The
    test window has no say, and at most 10,000 rows of each fold and window have one.

    Parameters
    ----------
    sample
        What was known before the test window.
    folds
        The forward windows and what was known before each.
    names, tuning
        The candidates and their hyper-parameters.
    keep
        Columns that stay whatever is found.

    References
    ----------
    Covariate shift as a question of classification: Bickel et al. 2009, Discriminative learning
    under covariate shift.
    """
    windows = [_Window.of(sample, fold) for fold in folds]
    windows = [window for window in windows if window.y.size]
    telling = {n: by for n, by in _telling(windows).items() if by >= TELLING and n not in keep}
    if not telling:
        return None
    fits = [fit_members(window.known, names, tuning) for window in windows]
    full = _Said.by(fits, windows)
    if not full.oof.enough:
        return None
    idle = []
    for name in telling:
        shuffled = [window.shuffled(name) for window in windows]
        earned, error = full.saves(_Said(_out_of_fold(fits, shuffled), full.shares))
        if earned <= SURELY * error:
            idle.append(name)
    fewer = [window.without(idle) for window in windows]
    if not idle or not all(window.X.shape[1] for window in fewer):
        return None
    others = [fit_members(window.known, names, tuning) for window in fewer]
    gain, error = _Said.by(others, fewer).saves(full)
    if gain < max(SURELY * error, HARM * full.loss()):
        return None
    return DateProbe({name: telling[name] for name in idle}, gain, error)


@dataclass(frozen=True)
class _Window:
    """Some of the rows that judge a window, and of those known before it.

    `half` has the rows of both, and tells whether their account is in the first half.
    """

    known: Known
    half: NDArray[np.bool_]
    X: Float
    y: Float
    weight: Float
    account: NDArray[np.int64]

    @classmethod
    def of(cls, sample: Sample, fold: Fold) -> _Window:
        """Return a window, an even sample of its rows where there are many."""
        rows = sample.judged(fold.span)
        rows = rows[:: max(1, -(-rows.size // MOST_ROWS))]
        at, before = sample.snapshots.take(rows), fold.known.some(MOST_ROWS)
        accounts = np.concatenate([before.account, sample.account[rows]])
        return cls(
            before,
            np.unique(accounts, return_inverse=True)[1] % 2 == 0,
            before.feature_set.matrix(sample.history, at.lead, at.as_of),
            sample.labels.y[rows],
            sample.judge_weight(fold.span, rows),
            sample.account[rows],
        )

    def columns(self) -> dict[str, int]:
        """Return where each column of the export lies in the matrix."""
        features = self.known.feature_set.features_
        return {f.source: j for j, f in enumerate(features) if f.scope == "column"}

    def shuffled(self, name: str) -> _Window:
        """Return the window with the values of a column among other leads."""
        if name not in self.columns():
            return self
        X, j = self.X.copy(), self.columns()[name]
        X[:, j] = np.random.default_rng(0).permutation(X[:, j])
        return replace(self, X=X)

    def without(self, names: Collection[str]) -> _Window:
        """Return the window without some columns."""
        gone = [self.columns()[name] for name in names if name in self.columns()]
        return replace(self, known=self.known.without(names), X=np.delete(self.X, gone, axis=1))


def _telling(windows: Sequence[_Window]) -> dict[str, float]:
    """Return how well each column tells the windows from what came before, mean of the windows."""
    found: dict[str, list[float]] = {}
    for window in windows:
        features = window.known.feature_set.features_
        for name, j in window.columns().items():
            category = features[j].kind == "category"
            found.setdefault(name, []).append(
                apart(window.known.X[:, j], window.X[:, j], category, window.half)
            )
    return {name: float(np.mean(aucs)) for name, aucs in found.items()}


@dataclass(frozen=True)
class _Said:
    """What a blend says of the windows."""

    oof: OutOfFold
    shares: Float

    @classmethod
    def by(cls, fits: Sequence[Members], windows: Sequence[_Window]) -> _Said:
        """Weigh the members of the fits on the windows."""
        oof = _out_of_fold(fits, windows)
        return cls(oof, shares_of(fits[0], oof))

    def losses(self) -> Float:
        """Return the log loss of each row, beside free levels."""
        oof = self.oof
        return losses(oof.y, platt(oof.margins @ self.shares, oof.y, oof.weight, oof.fold))

    def loss(self) -> float:
        """Return the mean log loss."""
        return float(self.oof.weight @ self.losses() / self.oof.weight.sum())

    def saves(self, other: _Said) -> tuple[float, float]:
        """Return how much more another loses on the same rows, and its standard error."""
        more, weight = other.losses() - self.losses(), self.oof.weight
        mean = float(weight @ more / weight.sum())
        _, code = np.unique(self.oof.account, return_inverse=True)
        sums = np.bincount(code, weight * (more - mean))
        return mean, float(np.sqrt(sums @ sums) / weight.sum())


def _out_of_fold(fits: Sequence[Members], windows: Sequence[_Window]) -> OutOfFold:
    margins = [
        np.column_stack([one.member.margin(window.X) for one in members.candidates])
        for window, members in zip(windows, fits, strict=True)
    ]
    y, weight, account = (
        np.concatenate([getattr(window, part) for window in windows])
        for part in ("y", "weight", "account")
    )
    fold = np.repeat(np.arange(len(windows)), [window.y.size for window in windows])
    family = families(fits[0].names)
    return OutOfFold(
        np.concatenate(margins), family, y, weight, fold, account, rows=np.arange(y.size)
    )
