"""How the leads before the gate looked when the model was trained: counts of bins, and no row."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Floats, Ints
from leadgate.model import Model
from training.dataset.even_sample import even_sample
from training.statistics.bins import bin_of, quantile_edges

WEEKS = 26
MAX_SNAPSHOTS = 20_000
BINS = 10
READINESS = "readiness"


def reference(features: FeatureSet, model: Model, history: LeadHistory) -> dict[str, Any]:
    """Return the bins of every feature and of the readiness, for `leadgate monitor`.

    Returns
    -------
    dict
        ``accounts``, how many there are, and ``columns``: by name ``edges``, at the tenths of the
        values, or between values where there are few, and ``counts``, of the bins and of the
        missing values. JSON values; empty without dates.
    """
    if not history.dated:
        return {}
    at = waiting(history, NAT)
    columns = values(features, model, history, at)
    binned = {name: (edges(column), column) for name, column in columns.items()}
    return {
        "accounts": int(np.unique(history.accounts[at.lead]).size),
        "columns": {
            name: {"edges": ends.tolist(), "counts": counts(ends, column).tolist()}
            for name, (ends, column) in binned.items()
        },
    }


def waiting(history: LeadHistory, after: int) -> Snapshots:
    """Return the leads of the last half year that wait before the gate at the end of the data.

    Each is seen once: open and not worked, at the end; a flat one at its creation, whatever became
    of it. An even sample of them where they are very many.

    Parameters
    ----------
    after
        Flat leads count when they were created later; microseconds, UTC.
    """
    begin = history.until - WEEKS * 7 * US_PER_DAY
    if history.flat:
        at = plan(history, [0.0])
        rows = np.flatnonzero(at.as_of > max(begin, after))
    else:
        at = plan(replace(history, has_handoffs=False), (), now=True)
        rows = np.flatnonzero(
            (history.created[at.lead] > begin) & (history.first_worked[at.lead] == NAT)
        )
    return at.take(even_sample(rows, MAX_SNAPSHOTS))


def values(
    features: FeatureSet, model: Model, history: LeadHistory, at: Snapshots
) -> dict[str, Floats]:
    """Return the readiness of leads and their features by name; shape (n,) each."""
    X = features.matrix(history, at.lead, at.as_of)
    columns = {feature.name: X[:, j] for j, feature in enumerate(features.features_)}
    return {READINESS: model.readiness(X), **columns}


def edges(values: Floats) -> Floats:
    """Return the inner ends of the bins, ascending: a value equal to one lies above it."""
    distinct = np.unique(values[np.isfinite(values)])
    if distinct.size <= BINS:
        return np.asarray(distinct[1:])
    tenths = quantile_edges(values, BINS)
    return np.asarray(tenths[tenths > distinct[0]])


def counts(edges: Floats, values: Floats) -> Ints:
    """Count the values in each bin, and last the missing ones; shape (len(edges) + 2,)."""
    finite = np.isfinite(values)
    sizes = np.bincount(bin_of(values[finite], edges), minlength=len(edges) + 1)
    return np.append(sizes, (~finite).sum())
