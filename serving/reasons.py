"""The reasons: which facts about a lead moved its readiness most, in a salesperson's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from features.definitions import Feature
from serving.answer import N_REASONS

Floats = NDArray[np.float64]

# Log-odds; what moves the readiness by less than a quarter of a point is no reason.
_NEGLIGIBLE = 0.01
# Up to so many sentences are made one by one.
_FEW = 64
# Rounding errors are smaller, and must not change which reason comes first.
_DECIMALS = 9


class Reasons:
    """Turns contributions into sentences.

    Parameters
    ----------
    features
        The definitions, in the order of the matrix. Those of one group (a column, a type of
        activity) are told together.
    vocabularies
        The texts of the codes, by source.
    what
        What a value speaks by, before each sentence; "" for the value itself.
    """

    def __init__(
        self,
        features: Sequence[Feature],
        vocabularies: Mapping[str, Sequence[str]],
        what: str = "",
    ) -> None:
        self._features = features
        self._what = what
        self._words = [vocabularies.get(f.source, ()) if f.of_attribute else () for f in features]
        groups: dict[str, list[int]] = {}
        for column, feature in enumerate(features):
            groups.setdefault(feature.group, []).append(column)
        members = list(groups.values())
        self._by_group = np.array([c for columns in members for c in columns], dtype=np.intp)
        self._starts = np.cumsum([0, *map(len, members)])[:-1]
        width = max(map(len, members), default=0)
        self._members = np.array([c + [-1] * (width - len(c)) for c in members], dtype=np.intp)

    def tell(self, X: Floats, contributions: Floats) -> NDArray[np.object_]:
        """Return up to five reasons a lead, strongest first.

        Parameters
        ----------
        X
            Shape (n, p), the features.
        contributions
            Shape (n, p), each feature's share of the log-odds.

        Returns
        -------
        ndarray of shape (n, 5)
            ``"+ sentence"`` speaks for the lead, ``"- sentence"`` against it, ``""`` is none. A
            group's sentence is that of its feature that moved the readiness most in the direction
            of the whole group.
        """
        told = np.full((len(X), N_REASONS), "", dtype=object)
        if not len(self._members) or not len(X):
            return told
        column, moved = self._spoken(np.round(contributions, _DECIMALS))
        said = np.abs(moved) >= _NEGLIGIBLE
        value = np.take_along_axis(X, column, axis=1)
        told[:, : column.shape[1]][said] = self._sentences(column[said], value[said], moved[said])
        return told

    def _spoken(self, shares: Floats) -> tuple[NDArray[np.intp], Floats]:
        """Return the columns that speak for the strongest groups, and what these moved; (n, 5)."""
        groups = np.add.reduceat(shares[:, self._by_group], self._starts, axis=1)
        strength = np.abs(groups).round(_DECIMALS)
        best = np.argsort(-strength, axis=1, kind="stable")[:, :N_REASONS]
        moved = np.take_along_axis(groups, best, axis=1)
        members = self._members[best]
        rows = np.arange(len(shares))[:, None, None]
        share = np.where(members < 0, -np.inf, shares[rows, members] * np.sign(moved)[:, :, None])
        place = share.argmax(axis=2)[:, :, None]
        return np.take_along_axis(members, place, axis=2)[:, :, 0], moved

    def _sentences(
        self, column: NDArray[np.intp], value: Floats, moved: Floats
    ) -> NDArray[np.object_]:
        """Return the sentence of each value of a column, with its sign; shape (m,)."""
        sentences = np.empty(column.size, dtype=object)
        if column.size <= _FEW:
            for row, (j, v, by) in enumerate(zip(column, value, moved, strict=True)):
                sentences[row] = f"{'+' if by > 0 else '-'} {self._sentence(int(j), float(v))}"
            return sentences
        for j in np.unique(column).tolist():
            rows = np.flatnonzero(column == j)
            unique, code = np.unique(value[rows], return_inverse=True)
            texts = [self._sentence(j, v) for v in unique.tolist()]
            known = np.array([[f"- {text}", f"+ {text}"] for text in texts], dtype=object)
            sentences[rows] = known[code, (moved[rows] > 0).astype(np.intp)]
        return sentences

    def _sentence(self, column: int, value: float) -> str:
        return self._what + self._features[column].sentence(value, self._words[column])
