"""Features of the attributes: which columns teach something, and their values at a moment."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

import numpy as np

from features.aggregation.column_types import Meaning, decoder, meaning, unread_texts
from features.aggregation.definitions import Feature
from features.history.csr import distinct_pairs
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from features.parsing.categorical import Categorical
from leadgate.arrays import Floats, Ints

Column: TypeAlias = Categorical | Floats

_FEW = 16


def attribute_as_of(history: LeadHistory, name: str, lead: Ints, as_of: Ints) -> Categorical:
    """Return an attribute as of the snapshots."""
    creation = history.attribute(name).take(lead)
    if name not in history.changes:
        return creation
    return history.changes[name].as_of(lead, as_of, creation)


def choose(
    history: LeadHistory, snapshots: Snapshots, exclude: Collection[str]
) -> dict[str, Meaning]:
    """Decide what each column means, from its values as of the snapshots; by name, ascending."""
    n_leads = len(np.unique(snapshots.lead))
    return {
        name: meaning(name, _leads_by_text(history, name, snapshots), n_leads)
        for name in sorted(set(history.columns) - set(exclude))
    }


class AttributeReader:
    """Reads the attributes of snapshots as numbers.

    Parameters
    ----------
    features
        The definitions of attributes, in the order of the columns.
    vocabularies
        The texts of the codes of each category and flag.
    """

    def __init__(
        self, features: Sequence[Feature], vocabularies: Mapping[str, Sequence[str]]
    ) -> None:
        self.features = features
        self._decoders: list[tuple[str, Callable[[str], float]]] = [
            (feature.source, decoder(feature.kind, vocabularies.get(feature.source, ())))
            for feature in features
        ]
        self._common = [
            frozenset(("", *vocabularies.get(feature.source, ())[feature.kind == "category" :]))
            for feature in features
        ]

    def fill(self, X: Floats, history: LeadHistory, lead: Ints, as_of: Ints) -> None:
        """Write the values, NaN where missing, to `X` of shape (n, n_attributes)."""
        if not self._decoders:
            return
        if len(lead) <= _FEW:
            X[:] = np.array(self._few(history, lead, as_of)).T
            return
        for place, (name, decoder_) in enumerate(self._decoders):
            if name not in history.columns:
                X[:, place] = math.nan
            else:
                X[:, place] = attribute_as_of(history, name, lead, as_of).decoded(decoder_)

    def fill_coded(self, X: Floats, columns: Mapping[str, Column]) -> None:
        """Write the values of rows whose columns are given, NaN for one that is not."""
        for place, (name, decoder_) in enumerate(self._decoders):
            column = columns.get(name)
            if column is None:
                X[:, place] = math.nan
            else:
                X[:, place] = (
                    column.decoded(decoder_) if isinstance(column, Categorical) else column
                )

    def strange(self, columns: Mapping[str, Column]) -> Counter[str]:
        """Count by column the rows whose text cannot be read, or is rare in training or new."""
        counts: Counter[str] = Counter()
        for feature, common in zip(self.features, self._common, strict=True):
            column = columns.get(feature.source)
            if isinstance(column, Categorical):
                counts[feature.source] = _count_unread(feature.kind, common, column)
        return counts

    def sentences(self, strange: Mapping[str, int]) -> list[str]:
        """Say in the words of `unseen` what `strange` has counted."""
        return [s for f in self.features for s in _unseen(f, strange.get(f.source, 0))]

    def _few(self, history: LeadHistory, lead: Ints, as_of: Ints) -> list[list[float]]:
        """Return the values by column: for a few rows plain lists cost less than arrays."""
        columns, changes = history.columns, history.changes
        rows = lead.tolist()
        missing = [math.nan] * len(rows)
        values = []
        for name, decoder_ in self._decoders:
            column = columns.get(name)
            if column is None:
                values.append(missing)
            elif name in changes:
                values.append(
                    attribute_as_of(history, name, lead, as_of).decoded(decoder_).tolist()
                )
            else:
                values.append([decoder_(column[row]) for row in rows])
        return values

    def unseen(self, history: LeadHistory) -> list[str]:
        """Return a sentence for each column with values that cannot be read or are not common."""
        sentences = []
        for feature, common in zip(self.features, self._common, strict=True):
            name = feature.source
            count = 0
            if name in history.columns and not common.issuperset(history.columns[name].tolist()):
                count += _count_unread(feature.kind, common, history.attribute(name))
            if name in history.changes:
                count += _count_unread(feature.kind, common, history.changes[name].value)
            sentences += _unseen(feature, count)
        return sentences


def _unseen(feature: Feature, count: int) -> list[str]:
    what = "no number" if feature.kind == "number" else "rare in training or new"
    values = "1 value is" if count == 1 else f"{count} values are"
    return [f"{feature.source}: {values} {what}"] if count else []


def _count_unread(kind: str, common: Collection[str], column: Categorical) -> int:
    """Count the rows whose text cannot be read, or is rare in training or new."""
    texts = unread_texts(kind, common, column.texts)
    return int(column.where(texts.__contains__).sum()) if texts else 0


def _leads_by_text(history: LeadHistory, name: str, snapshots: Snapshots) -> Counter[str]:
    """Count the leads that had each text at any snapshot."""
    if name not in history.changes:
        return history.attribute(name).take(np.unique(snapshots.lead)).counts()
    seen = attribute_as_of(history, name, snapshots.lead, snapshots.as_of).ascending()
    pairs = distinct_pairs(snapshots.lead, seen.codes)
    return Categorical(pairs[1].astype(np.int32), seen.texts).counts()
