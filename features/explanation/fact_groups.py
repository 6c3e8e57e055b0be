"""The facts about a lead that reasons are made of: groups of features that make one reason.

Retrained on other leads, a model shares out what moved a lead among features that say nearly the
same in another way. The sum over a group stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.aggregation.definitions import EVERY, Feature
from leadgate.arrays import Floats, Positions

NOBODY = -1
# Rounding errors are smaller, and must not change which fact comes first.
DECIMALS = 9


@dataclass(frozen=True)
class Strongest:
    """The strongest facts of some leads, strongest first; every array has shape (n, k).

    Attributes
    ----------
    fact
        Positions in `Facts.names`.
    moved
        By how much it moved the lead.
    column
        The feature that says it.
    """

    fact: Positions
    moved: Floats
    column: Positions


class Facts:
    """How much each fact moved leads, and which feature says it.

    Each column of the export is a fact, and so is each type of activity and each channel that the
    lead has used, whatever the windows and half-lives of its features. All that the lead did
    together is one more, and with it stands what it never did: of ten types that a lead lacks none
    is a reason of its own.

    Parameters
    ----------
    features
        The definitions, in the order of the matrix.

    Attributes
    ----------
    names
        Of the facts.
    """

    def __init__(self, features: Sequence[Feature]) -> None:
        groups: dict[str, list[int]] = {}
        for column, feature in enumerate(features):
            groups.setdefault(feature.group, []).append(column)
        self.names, members = list(groups), list(groups.values())
        self._members = members
        self._columns: Positions = np.array([c for group in members for c in group], dtype=np.intp)
        self._starts = np.cumsum([0, *map(len, members)])[:-1]
        counted = [_counting(features, group) for group in members]
        self._count: Positions = np.array(counted, dtype=np.intp)
        # Of most facts it is fixed which feature says them.
        said = [c if c >= 0 or len(g) > 1 else g[0] for g, c in zip(members, counted, strict=True)]
        self._says: Positions = np.array(said, dtype=np.intp)
        self._says_list, self._count_list = said, counted
        self._open = {k: np.array(members[k]) for k, c in enumerate(said) if c == NOBODY}
        whole = [c for c in counted if c >= 0 and _of_all(features[c])]
        self._whole = counted.index(whole[0]) if whole else NOBODY
        others = [k for k, c in enumerate(counted) if c >= 0 and k != self._whole]
        self._single: Positions = np.array(others if whole else [], dtype=np.intp)
        self._lacks: Positions = self._count[self._single]
        self._lacking_counts = [*zip(self._single.tolist(), self._lacks.tolist(), strict=True)]

    def strongest(self, X: Floats, shares: Floats, most: int) -> Strongest:
        """Return what moved each lead most.

        Parameters
        ----------
        X, shares
            Shape (n, p): the features, and what each of them moved.
        most
            How many facts a lead.
        """
        sums, lacking = self._sums(X, shares)
        sums = sums.round(DECIMALS)
        fact = np.argsort(-np.abs(sums), axis=1, kind="stable")[:, :most]
        moved = sums[np.arange(len(X))[:, None], fact]
        column = self._says[fact]
        if self._single.size:
            row, place = np.nonzero(fact == self._whole)
            column[row, place] = self._of_whole(X[row], moved[row, place], lacking[row])
        for k, members in self._open.items():
            row, place = np.nonzero(fact == k)
            pull = shares[row[:, None], members] * np.sign(moved[row, place])[:, None]
            column[row, place] = members[pull.argmax(axis=1)]
        return Strongest(fact, moved, column)

    def strongest_of_one(
        self, x: Sequence[float], shares: Floats, most: int
    ) -> list[tuple[int, float]]:
        """Return the columns that say what moved one lead most, and by how much; as `strongest`.

        Shapes (p,). For one row plain lists cost a fifth of what arrays do.
        """
        sums = np.add.reduceat(np.take(shares, self._columns), self._starts).tolist()
        lacking = [0.0] * len(self._lacking_counts)
        for place, (k, count) in enumerate(self._lacking_counts):
            if x[count] == 0:
                lacking[place], sums[k] = sums[k], 0.0
                sums[self._whole] += lacking[place]
        sums = np.array(sums).round(DECIMALS).tolist()
        facts = sorted(range(len(sums)), key=lambda k: -abs(sums[k]))[:most]
        parts = shares.tolist()
        return [(self._said(k, x, parts, sums[k], lacking), sums[k]) for k in facts]

    def _said(
        self,
        k: int,
        x: Sequence[float],
        shares: Sequence[float],
        moved: float,
        lacking: Sequence[float],
    ) -> int:
        """Return the column that says a fact about one lead."""
        columns = self._members[k]
        parts: Sequence[float] | dict[int, float] = shares
        if k == self._whole and self._lacking_counts:
            columns = [self._count_list[k], *(count for _, count in self._lacking_counts)]
            if x[columns[0]] == 0:
                return columns[0]
            parts = dict(zip(columns, (moved - sum(lacking), *lacking), strict=True))
        elif k not in self._open:
            return self._says_list[k]
        sign = (moved > 0) - (moved < 0)
        return max(columns, key=lambda column: parts[column] * sign)

    def strengths(self, X: Floats, shares: Floats) -> Floats:
        """Return how much each fact moved each lead, shape (n, facts); the sum is that of all."""
        return self._sums(X, shares)[0]

    def _sums(self, X: Floats, shares: Floats) -> tuple[Floats, Floats]:
        """Return the strengths, and the part of each type and channel that the lead lacks."""
        sums: Floats = np.add.reduceat(shares[:, self._columns], self._starts, axis=1)
        lacking = sums[:, self._single] * (X[:, self._lacks] == 0)
        if self._single.size:
            sums[:, self._single] -= lacking
            sums[:, self._whole] += lacking.sum(axis=1)
        return sums, lacking

    def _of_whole(self, X: Floats, moved: Floats, lacking: Floats) -> Positions:
        """Return what says all that a lead did: the count, or that of a type that it lacks.

        Whichever moved it more in the direction of the whole.
        """
        counts = self._count[[self._whole, *self._single]]
        parts = np.column_stack([moved - lacking.sum(axis=1), lacking]) * np.sign(moved)[:, None]
        nothing = X[:, counts[0]] == 0
        column: Positions = np.where(nothing, counts[0], counts[parts.argmax(axis=1)])
        return column


def last_of(features: Sequence[Feature]) -> dict[int, int]:
    """Return for each column that counts activities so far the one with the days since the last."""
    recency = {f.group: j for j, f in enumerate(features) if f.kind == "recency"}
    counting = [j for j, f in enumerate(features) if _counts(f)]
    return {j: recency[features[j].group] for j in counting if features[j].group in recency}


def _counting(features: Sequence[Feature], group: Sequence[int]) -> int:
    return next((c for c in group if _counts(features[c])), NOBODY)


def _counts(feature: Feature) -> bool:
    ever = feature.kind == "count" and feature.window_days is None
    return ever and feature.scope != "account"


def _of_all(feature: Feature) -> bool:
    return feature.scope == "lead" and feature.source == EVERY
