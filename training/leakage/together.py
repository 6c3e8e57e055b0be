"""Columns written together, and weak leaks that decide only together."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from leadgate.arrays import Bools, Texts
from training.leakage.evidence import FILLED, VALUES, commonest
from training.leakage.labelled import Labelled
from training.leakage.lines import SUSPECT
from training.statistics.contrast import Contrast

# Nats by which each of them speaks for a win at least.
WEAK = 0.03
# How common a value must be for the others to be taken for a mark that somebody set.
_BLANK = 0.80
_RARELY, _MOSTLY = 0.05, 0.95
_SAME = 0.98

Marks = dict[str, Bools]


class WeakLeaks:
    """Columns that are filled for few leads, more often for won ones, and what they say together.

    A mark is a column that is filled, or has another value than one that four fifths of the leads
    have.

    Parameters
    ----------
    columns
        Those that are no suspects by themselves; shape (n_leads,) each.
    labelled
        The leads with a label.
    """

    def __init__(self, columns: Mapping[str, Texts], labelled: Labelled) -> None:
        self._labelled, self._won = labelled, labelled.y == 1
        self._contrast = self._of_groups(self._won, ~self._won)
        self._marks: Marks = {}
        for name, texts in columns.items() if self._contrast.enough else ():
            mark = _mark(texts[labelled.lead])
            divergence = self._contrast.of(mark)
            if divergence.ensures and divergence.low >= WEAK:
                self._marks[name] = mark

    def find(self) -> tuple[list[str], str]:
        """Return the columns that are leaks together, and the evidence; none and "" for none.

        Marks that come together among lost leads as well were set at one moment, as sales came on
        with a lead: they are held against the line of a single column. All marks are held against
        that of values that were chosen: so decisive are honest ones not even together.
        """
        for marks, line in (
            (self._of_one_moment(), SUSPECT[FILLED]),
            (self._marks, SUSPECT[VALUES]),
        ):
            distinct = _distinct(marks)
            if len(distinct) < 2:
                continue
            count = np.sum(distinct, axis=0).astype(np.int64)
            divergence = self._contrast.of(self._contrast.ensuring(count))
            if divergence.low >= line:
                return [*marks], (
                    f"{len(marks)} columns that are filled for few leads ({', '.join(marks)}) say "
                    f"together who wins: {divergence.first:.0%} of the won leads and "
                    f"{divergence.second:.1%} of the lost ones have enough of them"
                )
        return [], ""

    def _of_one_moment(self) -> Marks:
        """Return the marks that are far commoner among lost leads with another mark."""
        marks = {}
        for name, mark in self._marks.items():
            others = [m for k, m in self._marks.items() if k != name and not same_pattern(m, mark)]
            marked = np.any([np.zeros_like(mark), *others], axis=0)
            contrast = self._of_groups(~self._won & marked, ~self._won & ~marked)
            if contrast.enough:
                divergence = contrast.of(mark)
                if divergence.ensures and divergence.low > 0:
                    marks[name] = mark
        return marks

    def _of_groups(self, first: Bools, second: Bools) -> Contrast:
        names = ("won leads", "lost ones")
        return Contrast(names, first, second, self._labelled.period, self._labelled.account)


def same_filling(first: Bools, second: Bools) -> bool:
    """Whether two columns are filled for the same leads, as if written in one go.

    Both must be empty for some leads and filled for some.
    """
    if any(not _RARELY < filled.mean() < _MOSTLY for filled in (first, second)):
        return False
    return same_pattern(first, second)


def same_pattern(first: Bools, second: Bools) -> bool:
    """Whether two marks, each of some leads and not of all, are all but of the same leads.

    The correlation of the two patterns is at least 0.98.
    """
    return bool(np.corrcoef(first, second)[0, 1] >= _SAME)


def _mark(texts: Texts) -> Bools:
    """Return where a column is marked."""
    filled = texts != ""
    plain = texts == commonest(texts)
    mark: Bools = filled & ~plain if np.mean(plain) >= _BLANK else filled
    return mark


def _distinct(marks: Marks) -> list[Bools]:
    """Return the marks without those that are all but the same as another."""
    distinct: list[Bools] = []
    for mark in marks.values():
        if not any(same_pattern(mark, other) for other in distinct):
            distinct.append(mark)
    return distinct
