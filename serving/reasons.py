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
# Sums taken in another order differ by less, and must not change which reason comes first.
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
        members = list(groups.values())
        self._by_group = np.array([c for columns in members for c in columns], dtype=np.intp)
        self._starts = np.cumsum([0, *map(len, members)])[:-1]
        width = max(map(len, members), default=1)
        # Short groups are filled up with their first column, which can win only once.
        self._columns = np.array([(m + m[:1] * width)[:width] for m in members], dtype=np.intp)

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
        if len(self._starts) == 0 or len(X) == 0:
            return told
        groups = np.add.reduceat(contributions[:, self._by_group], self._starts, axis=1)
        strength = np.round(np.abs(groups), _DECIMALS)
        best = np.argsort(-strength, axis=1, kind="stable")[:, :N_REASONS]
        rows = np.arange(len(X))[:, None]
        positive = groups[rows, best] > 0
        feature = self._spoken(contributions, best, positive)
        counts = strength[rows, best] >= _NEGLIGIBLE
        row, place = np.nonzero(counts)
        column = feature[row, place]
        told[row, place] = self._sentences(column, X[row, column], positive[row, place])
        return told

    def _spoken(
        self, contributions: Floats, groups: NDArray[np.intp], positive: NDArray[np.bool_]
    ) -> NDArray[np.intp]:
        """Return the feature that speaks for each group; shape of `groups`."""
        columns = self._columns[groups]
        share = contributions[np.arange(len(contributions))[:, None, None], columns]
        signed = np.where(positive[:, :, None], share, -share)
        strongest = np.round(signed, _DECIMALS).argmax(axis=2)[:, :, None]
        spoken: NDArray[np.intp] = np.take_along_axis(columns, strongest, axis=2)[:, :, 0]
        return spoken

    def _sentences(
        self, columns: NDArray[np.intp], values: Floats, positive: NDArray[np.bool_]
    ) -> list[str]:
        known: dict[tuple[int, float | None], str] = {}
        sentences = []
        for column, value, plus in zip(
            columns.tolist(), values.tolist(), positive.tolist(), strict=True
        ):
            # NaN is not equal to itself and would be looked up in vain.
            key = (column, value if value == value else None)
            sentence = known.get(key)
            if sentence is None:
                sentence = self._features[column].sentence(value, self._words[column])
                known[key] = sentence
            sentences.append(f"+ {sentence}" if plus else f"- {sentence}")
        return sentences
