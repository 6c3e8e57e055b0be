"""What the recipe loses on the forward folds, at the base-rate offset that would have shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from training.ensemble.fold_sample import FoldSample, evaluation_rows
from training.ensemble.forward import shares_of
from training.ensemble.mature import mature_of
from training.ensemble.members import Members
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.platt import calibrate, forward_slope, platt
from training.statistics.metrics import losses


@dataclass(frozen=True)
class ProbeLosses:
    """A blend of the fits before the windows, and its log-odds on the rows of the folds."""

    oof: OutOfFold
    shares: Floats

    @classmethod
    def of(cls, fits: Sequence[Members], folds: Sequence[FoldSample]) -> ProbeLosses:
        """Weigh the members of the fits on the folds."""
        oof = _out_of_fold(fits, folds)
        return cls(oof, shares_of(fits[0], oof))

    def with_free_offsets(self) -> Floats:
        """Return the log loss of each row where the offset of each window is free; shape (n,)."""
        return losses(self.oof.y, platt(self.oof, self.oof.log_odds @ self.shares))

    def as_shipped(self, fits: Sequence[Members], folds: Sequence[FoldSample]) -> Floats:
        """Return the log loss of each row at the base-rate offset that would have shipped.

        The offset is the one that training would have taken when the window began, from what was
        mature then; shape (n,).
        """
        oof, log_odds = self.oof, self.oof.log_odds @ self.shares
        slope = forward_slope(oof, log_odds)
        p = np.empty(oof.y.size)
        for k, (members, fold) in enumerate(zip(fits, folds, strict=True)):
            seen = mature_of(fold.matrix)
            shipped = members.log_odds_of(fold.matrix.X[seen.rows]) @ self.shares
            p[oof.fold == k] = calibrate(slope, seen, shipped).readiness(log_odds[oof.fold == k])
        return losses(oof.y, p)

    def on(self, fits: Sequence[Members], folds: Sequence[FoldSample]) -> ProbeLosses:
        """Return the same blend on other values of the folds."""
        return ProbeLosses(_out_of_fold(fits, folds), self.shares)


def _out_of_fold(fits: Sequence[Members], folds: Sequence[FoldSample]) -> OutOfFold:
    log_odds = [m.log_odds_of(fold.X) for m, fold in zip(fits, folds, strict=True)]
    anchors = [members.anchor for members in fits]
    return evaluation_rows(folds, log_odds, fits[0].names, anchors)
