"""The segments of the labelled leads, and their win rates so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.aggregation.attributes import AttributeReader
from features.aggregation.definitions import Feature
from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Ints
from training.dataset.sample import Sample
from training.statistics.clusters import design_effect, group_sums
from training.statistics.pooling import Pooled, pool, shrunken_rate

# A value that fewer leads share could point at one of them.
MIN_LEADS = 5


@dataclass(frozen=True)
class Segment:
    """One segment column of the labelled snapshots.

    Attributes
    ----------
    column
        Its position in the matrix of the features.
    values
        What its codes are called; the last one is for leads without a value.
    code
        Shape (n,).
    """

    name: str
    column: int
    values: list[str]
    code: Ints


@dataclass(frozen=True)
class Outcomes:
    """The labelled snapshots: each array has shape (n,).

    `weight` is divided by the design effect, so that its sums count as independent leads.
    """

    lead: Ints
    y: Floats
    weight: Floats
    segments: list[Segment]

    @property
    def rate(self) -> float:
        """The rate of all leads."""
        return shrunken_rate(float(self.weight @ self.y), float(self.weight.sum()))


@dataclass(frozen=True)
class SegmentRates:
    """The win rates of one segment column so far; every array has shape (k,).

    `leads` counts leads with a known outcome, `raw` is NaN where there is none.
    """

    name: str
    values: list[str]
    leads: Ints
    raw: Floats
    pooled: Pooled

    @property
    def rows(self) -> list[dict[str, float | str]]:
        """The values that enough leads share, those of most leads first, for a table."""
        pooled = self.pooled
        figures = {
            "leads": self.leads, "raw": self.raw, "rate": pooled.rate, "low": pooled.low,
            "high": pooled.high, "shrinkage": pooled.shrinkage,
        }  # fmt: skip
        order = np.argsort(-self.leads, kind="stable")
        return [
            {"name": self.values[k], **{name: float(of[k]) for name, of in figures.items()}}
            for k in order[self.leads[order] >= MIN_LEADS]
        ]


def outcomes(sample: Sample, features: FeatureSet, columns: Sequence[str]) -> Outcomes:
    """Return what became of the leads, and the segment columns that are categories or flags.

    A column that is no feature, or a number, is not among them.
    """
    labels = sample.labels
    labelled = labels.weight > 0
    y, weight = labels.y[labelled], labels.weight[labelled]
    at = sample.snapshots.take(labelled)
    chosen = [
        (j, feature)
        for j, feature in enumerate(features.features_)
        if feature.scope == "column" and feature.source in columns and feature.kind != "number"
    ]
    reader = AttributeReader([feature for _, feature in chosen], features.vocabularies_)
    X = np.empty((y.size, len(chosen)))
    reader.fill(X, sample.history, at.lead, at.as_of)
    segments = [
        _segment(feature, j, features.vocabularies_[feature.source], x)
        for (j, feature), x in zip(chosen, X.T, strict=True)
    ]
    residual = y - float(weight @ y / weight.sum())
    effect = design_effect(residual, weight, sample.account[labelled])
    return Outcomes(at.lead, y, weight / effect, segments)


def segment_rates(outcomes: Outcomes) -> list[SegmentRates]:
    """Return the rates of each segment column, in the order of the matrix."""
    return [_rates(outcomes, segment) for segment in outcomes.segments]


def _segment(feature: Feature, column: int, vocabulary: Sequence[str], x: Floats) -> Segment:
    texts = list(vocabulary)
    if feature.kind == "category":
        texts[0] = "other values"
    code = np.where(np.isnan(x), len(texts), x).astype(np.int64)
    return Segment(feature.source, column, [*texts, "not known"], code)


def _rates(outcomes: Outcomes, segment: Segment) -> SegmentRates:
    size = len(segment.values)
    wins = group_sums(segment.code, outcomes.weight * outcomes.y, size)
    leads = group_sums(segment.code, outcomes.weight, size)
    pairs = np.unique(outcomes.lead * size + segment.code)
    raw = np.divide(wins, leads, out=np.full(size, np.nan), where=leads > 0)
    counted = np.bincount(pairs % size, minlength=size)
    return SegmentRates(segment.name, segment.values, counted, raw, pool(wins, leads))
