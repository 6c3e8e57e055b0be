"""Where leads are ranked worse than when the champion was trained, segment by segment."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scipy import stats

from leadgate.jsonfile import json_values
from training.dataset.sample import Sample
from training.ensemble.out_of_fold import OutOfFold
from training.evaluation.signal import signal_of
from training.promotion.paired import FAMILY_ERROR, named_in_words


@dataclass(frozen=True)
class Separation:
    """The AUC of one segment over all forward windows, with its standard error by account.

    `column` is "" for all leads.
    """

    column: str
    name: str
    auc: float
    error: float

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return dict(json_values(self))


@dataclass(frozen=True)
class Fall:
    """A segment whose AUC is surely below what it was."""

    column: str
    name: str
    before: float
    now: float

    def in_words(self) -> str:
        """Return the fall as part of a sentence."""
        where = named_in_words(self.column, self.name)
        return (
            f"{where} the AUC of the forward windows fell from {self.before:.3f} to {self.now:.3f}"
        )


def separations(sample: Sample, oof: OutOfFold, columns: Sequence[str]) -> list[Separation]:
    """Return the separation of all leads, and of each segment with accounts enough.

    Parameters
    ----------
    oof
        The rows of all forward windows.
    columns
        Of the segments.
    """
    every = signal_of(oof)
    result = [Separation("", "", every.auc, every.error)]
    lead = sample.snapshots.lead[oof.rows]
    for column in columns:
        if column not in sample.history.columns:
            continue
        texts = sample.history.columns[column][lead]
        for name in sorted(set(texts)):
            inside = oof.take(texts == name)
            if min((inside.y == kind).sum() for kind in (0, 1)) == 0:
                continue
            signal = signal_of(inside)
            if signal.enough:
                result.append(Separation(column, str(name), signal.auc, signal.error))
    return result


def shared(
    before: Sequence[Mapping[str, Any]], now: Sequence[Separation]
) -> list[tuple[Separation, Mapping[str, Any]]]:
    """Return the segments of both trainings, now and before."""
    earlier = {(part["column"], part["name"]): part for part in before}
    return [(part, earlier[part.column, part.name]) for part in now
            if (part.column, part.name) in earlier]  # fmt: skip


def falls(before: Sequence[Mapping[str, Any]], now: Sequence[Separation]) -> list[Fall]:
    """Return the segments that are ranked worse than before.

    The two samples share most of their leads, so the error of the difference is below that of
    independent ones, which is what is taken: a fall that is called is one. One-sided, at 5 % for
    all segments together (Bonferroni).

    Parameters
    ----------
    before
        `Separation.to_dict` of the champion's training.
    """
    pairs = shared(before, now)
    if not pairs:
        return []
    bound = float(stats.norm.isf(FAMILY_ERROR / len(pairs)))
    return [
        Fall(part.column, part.name, then["auc"], part.auc)
        for part, then in pairs
        if then["auc"] - part.auc > bound * math.hypot(then["error"], part.error)
    ]
