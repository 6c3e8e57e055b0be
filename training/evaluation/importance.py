"""The shape of a feature: how the readiness moves with its value, all other things as they are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.aggregation.definitions import Feature
from leadgate.arrays import Floats, Positions
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.ensemble.fitted import Fitted
from training.evaluation.breakdown import MIN_LEADS, common_codes
from training.statistics.bins import bin_of, quantile_edges

TOP = 6
BINS = 12
_EXPLAINED = 2_000


@dataclass(frozen=True)
class Explained:
    """Labelled snapshots, and each feature's share of their log-odds.

    `X` and `parts` have shape (n, p), `features` and `vocabularies` describe the columns.
    """

    features: list[Feature]
    vocabularies: dict[str, tuple[str, ...]]
    X: Floats
    parts: Floats


@dataclass(frozen=True)
class Shape:
    """How one feature moves the log-odds, against the average of all snapshots.

    Attributes
    ----------
    labels
        The texts of a category, strongest first; empty for a number.
    at
        The mean value of each bin of a number, ascending; the position of each label.
    effect, low, high
        Mean effect in the bin, and the 10th and 90th percentile among its snapshots: they differ
        where the effect depends on other features.
    unknown
        Mean effect where the value is missing, NaN where that does not happen.
    """

    name: str
    labels: list[str]
    at: Floats
    effect: Floats
    low: Floats
    high: Floats
    unknown: float


def explain(fitted: Fitted, sample: Sample) -> Explained | None:
    """Explain an even sample of the snapshots; None for a model that knows the base rate only."""
    if not fitted.has_signal:
        return None
    labelled = np.flatnonzero(sample.labels.weight > 0)
    at = sample.snapshots.take(even_sample(labelled, _EXPLAINED))
    X = fitted.feature_set.matrix(sample.history, at.lead, at.as_of)
    features = fitted.feature_set
    return Explained(
        list(features.features_), dict(features.vocabularies_), X, fitted.model.contributions(X)
    )


def shapes(explained: Explained | None, top: int = TOP) -> list[Shape]:
    """Return the shapes of the features that move the readiness most, strongest first.

    A bin with few snapshots could point at one lead: values of a category with fewer than ten are
    taken together.
    """
    if explained is None:
        return []
    centred = explained.parts - explained.parts.mean(axis=0)
    strength = np.abs(centred).mean(axis=0)
    chosen = np.argsort(-strength, kind="stable")[:top]
    return [_shape(explained, centred, int(j)) for j in chosen if strength[j] > 0]


def _shape(explained: Explained, centred: Floats, j: int) -> Shape:
    feature, x, effect = explained.features[j], explained.X[:, j], centred[:, j]
    missing = np.isnan(x)
    some = int(missing.sum()) >= MIN_LEADS
    unknown = float(effect[missing].mean()) if some else float("nan")
    x, effect = x[~missing], effect[~missing]
    if feature.kind in ("category", "flag"):
        code, labels = _values(x, explained.vocabularies.get(feature.source, ()))
    else:
        code, labels = _bins(x), []
    order = np.unique(code)
    means = np.array([effect[code == c].mean() for c in order])
    low, high = (np.array([np.quantile(effect[code == c], q) for c in order]) for q in (0.1, 0.9))
    if not labels:
        at = np.array([x[code == c].mean() for c in order])
        return Shape(feature.name, [], at, means, low, high, unknown)
    rank = np.argsort(-means, kind="stable")
    at = np.arange(len(rank), dtype=np.float64)
    named = [labels[code] for code in order[rank]]
    return Shape(feature.name, named, at, means[rank], low[rank], high[rank], unknown)


def _bins(x: Floats) -> Positions:
    """Part numbers into bins of about equal size; equal values stay together."""
    edges = quantile_edges(x, max(1, min(BINS, x.size // MIN_LEADS)))
    return bin_of(x, edges, side="left")


def _values(x: Floats, vocabulary: tuple[str, ...]) -> tuple[Positions, list[str]]:
    """Return the code of the label of each row, and the labels; rare values go together."""
    codes, code, count = np.unique(x, return_inverse=True, return_counts=True)
    place, shown, others = common_codes(code, count)
    return place, [*(_text(codes[i], vocabulary) for i in shown), *others]


def _text(code: float, vocabulary: tuple[str, ...]) -> str:
    listed = code == int(code) and 0 <= int(code) < len(vocabulary)
    return vocabulary[int(code)] or "(empty)" if listed else f"{code:g}"
