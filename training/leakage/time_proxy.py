"""Time proxies: how well a column separates late leads from early ones, outcomes aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Bools, Floats, Positions
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.statistics.bins import bin_of, quantile_edges
from training.statistics.clusters import group_sums
from training.statistics.metrics import auc, ratio
from training.validation.windows import Window

# An honest column may drift; one that separates the leads of a window from those before it this
# well takes values there that the fit has hardly seen.
PROXY_AUC = 0.9
BINS = 20
MOST_LEADS = 40_000


@dataclass(frozen=True)
class TimeProxies:
    """The columns that only say when a lead came, and how well each says it: an AUC.

    `young` is whether snapshots took part of which only an outcome that came early can be known.
    """

    aucs: dict[str, float]
    young: bool = False

    @classmethod
    def of(cls, sample: Sample, features: FeatureSet, windows: Sequence[Window]) -> TimeProxies:
        """Look for time proxies among the columns of a sample before its test window."""
        aucs = time_proxy_aucs(sample, features, windows)
        labels = sample.labels
        young = bool(((labels.weight > 0) & (labels.evaluation_weight == 0)).any())
        return cls({name: auc for name, auc in aucs.items() if auc >= PROXY_AUC}, young)

    @property
    def mature_only(self) -> bool:
        """Whether fits do without young snapshots.

        By a time proxy a fit learns which snapshots are young, and that the newest win.
        """
        return self.young and bool(self.aucs)

    def sentences(self) -> list[str]:
        """Say which columns are time proxies, and what was done about it."""
        if not self.aucs:
            return []
        names = ", ".join(f"{name} (AUC {auc:.2f})" for name, auc in self.aucs.items())
        many = len(self.aucs) > 1
        said = (
            f"{names} {'are time proxies' if many else 'is a time proxy'}: "
            f"{'they say' if many else 'it says'} when a lead came, and of the leads to come that "
            "is nothing."
        )
        if self.mature_only:
            said += " So leads whose horizon has not passed yet were left out of every fit."
        return [said]


def time_proxy_aucs(
    sample: Sample, features: FeatureSet, windows: Sequence[Window]
) -> dict[str, float]:
    """Return how well each column separates leads that came in a window from all before it.

    A lead counts once, as it was first seen, whatever became of it, and of many leads an even
    sample does: an AUC, mean of the windows in which leads came.

    Parameters
    ----------
    features
        Whose columns are looked at.
    windows
        The windows.
    """
    order = sample.history.order
    lead, first = np.unique(sample.snapshots.lead, return_index=True)
    first = even_sample(first[np.argsort(order[lead], kind="stable")], MOST_LEADS)
    seen = sample.snapshots.take(first)
    columns = features.attributes.features
    X = np.empty((first.size, len(columns)))
    features.attributes.fill(X, sample.history, seen.lead, seen.as_of)
    came, half = order[seen.lead], sample.history.accounts[seen.lead] % 2 == 0
    aucs: dict[str, list[float]] = {column.source: [] for column in columns}
    for window in windows:
        early, late = came < window.start, window.holds(came)
        if not (early.any() and late.any()):
            continue
        halves = np.concatenate([half[early], half[late]])
        for column, x in zip(columns, X.T, strict=True):
            is_category = column.kind == "category"
            aucs[column.source].append(late_auc(x[early], x[late], is_category, halves))
    return {name: float(np.mean(of_windows)) for name, of_windows in aucs.items() if of_windows}


def late_auc(early: Floats, late: Floats, is_category: bool, half: Bools) -> float:
    """Return how well the values of a column separate late rows from early ones: an AUC.

    Values are taken together in bins, of about equal size over both, a category's by code, and
    missing is one of them. The bins are ranked by their share of late rows among one half of the
    accounts, and evaluated on the other, both ways: a column of noise has 0.5 whatever its size.

    Parameters
    ----------
    early, late
        Shape (a,) and (b,), NaN where missing.
    half
        Shape (a + b,), whether the row's account is in the first half.
    """
    values = np.concatenate([early, late])
    is_late = np.arange(values.size) >= early.size
    code = values
    if not is_category:
        code = np.where(np.isnan(values), np.nan, bin_of(values, quantile_edges(values, BINS)))
    _, place = np.unique(code, return_inverse=True)
    both = [
        _ranked(place[a], is_late[a], place[b], is_late[b])
        for a, b in ((half, ~half), (~half, half))
    ]
    return float(np.mean(both))


def _ranked(place: Positions, late: Bools, other: Positions, of_other: Bools) -> float:
    """Return the AUC on other rows of bins ranked by their share of late rows."""
    size = int(max(place.max(initial=0), other.max(initial=0))) + 1
    share = ratio(group_sums(place, late, size), group_sums(place, np.ones(place.size), size))
    share = np.nan_to_num(share, nan=0.5)
    result = auc(of_other.astype(np.float64), share[other], np.ones(other.size))
    return float(np.nan_to_num(result, nan=0.5))
