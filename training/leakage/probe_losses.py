"""What the recipe loses on the forward windows, at the level that would have shipped then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from training.ensemble.forward import shares_of
from training.ensemble.forward_window import ForwardWindow
from training.ensemble.mature import mature_of
from training.ensemble.members import Members
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.platt import calibrate, forward_slope, platt
from training.estimators.candidates import families
from training.statistics.metrics import losses
from training.statistics.sandwich import mean_with_error


@dataclass(frozen=True)
class ProbeLosses:
    """A blend of the fits before the windows, and its margins on their rows."""

    oof: OutOfFold
    shares: Floats

    @classmethod
    def of(cls, fits: Sequence[Members], windows: Sequence[ForwardWindow]) -> ProbeLosses:
        """Weigh the members of the fits on the windows."""
        oof = _out_of_fold(fits, windows)
        return cls(oof, shares_of(fits[0], oof))

    def beside_free_levels(self) -> Floats:
        """Return the log loss of each row where the level of each window is free; shape (n,)."""
        oof = self.oof
        return losses(oof.y, platt(oof.log_odds @ self.shares, oof.y, oof.weight, oof.fold))

    def as_shipped(self, fits: Sequence[Members], windows: Sequence[ForwardWindow]) -> Floats:
        """Return the log loss of each row at the level of its window that would have shipped.

        The level is the one that training would have taken when the window began, from what was
        mature then; shape (n,).
        """
        oof, log_odds = self.oof, self.oof.log_odds @ self.shares
        slope = forward_slope(log_odds, oof.y, oof.weight, oof.fold, oof.account)
        p = np.empty(oof.y.size)
        for k, (members, window) in enumerate(zip(fits, windows, strict=True)):
            seen = mature_of(window.matrix)
            shipped = members.log_odds_of(window.matrix.X[seen.rows]) @ self.shares
            found = calibrate(slope, seen, shipped)
            p[oof.fold == k] = found.readiness(log_odds[oof.fold == k])
        return losses(oof.y, p)

    def mean(self, values: Floats) -> tuple[float, float]:
        """Return the mean of a value of each row, and its standard error by account."""
        return mean_with_error(values, self.oof.weight, self.oof.account)

    def on(self, fits: Sequence[Members], windows: Sequence[ForwardWindow]) -> ProbeLosses:
        """Return the same blend on other values of the windows."""
        return ProbeLosses(_out_of_fold(fits, windows), self.shares)


def _out_of_fold(fits: Sequence[Members], windows: Sequence[ForwardWindow]) -> OutOfFold:
    y, weight, account = (
        np.concatenate([getattr(window, part) for window in windows])
        for part in ("y", "weight", "account")
    )
    log_odds = [m.log_odds_of(window.X) for m, window in zip(fits, windows, strict=True)]
    fold = np.repeat(np.arange(len(windows)), [window.y.size for window in windows])
    family = families(fits[0].names)
    return OutOfFold(
        np.concatenate(log_odds), family, y, weight, fold, account, rows=np.arange(y.size),
        anchors=tuple(members.anchor for members in fits),
    )  # fmt: skip
