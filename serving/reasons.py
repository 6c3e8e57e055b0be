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
    """

    def __init__(
        self, features: Sequence[Feature], vocabularies: Mapping[str, Sequence[str]]
    ) -> None:
        self._features = features
        self._words = [vocabularies.get(f.source, ()) if f.of_attribute else () for f in features]
        groups: dict[str, list[int]] = {}
        for column, feature in enumerate(features):
            groups.setdefault(feature.group, []).append(column)
        self._members = list(groups.values())
        self._by_group = np.array([c for columns in self._members for c in columns], dtype=np.intp)
        self._starts = np.cumsum([0, *map(len, self._members)])[:-1]

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
        if not self._members or not len(X):
            return told
        shares = np.round(contributions, _DECIMALS)
        groups = np.add.reduceat(shares[:, self._by_group], self._starts, axis=1)
        strength = np.abs(groups).round(_DECIMALS)
        best = np.argsort(-strength, axis=1, kind="stable")[:, :N_REASONS]
        known: dict[tuple[int, float | None], str] = {}
        rows = zip(best.tolist(), groups.tolist(), shares.tolist(), X.tolist(), strict=True)
        for row, (chosen, moved, share, values) in enumerate(rows):
            for place, group in enumerate(chosen):
                if abs(moved[group]) < _NEGLIGIBLE:
                    break
                spoken = max if moved[group] > 0 else min
                column = spoken(self._members[group], key=share.__getitem__)
                sign = "+" if moved[group] > 0 else "-"
                told[row, place] = f"{sign} {self._sentence(column, values[column], known)}"
        return told

    def _sentence(
        self, column: int, value: float, known: dict[tuple[int, float | None], str]
    ) -> str:
        # NaN is not equal to itself and would be looked up in vain.
        key = (column, value if value == value else None)
        sentence = known.get(key)
        if sentence is None:
            sentence = self._features[column].sentence(value, self._words[column])
            known[key] = sentence
        return sentence
