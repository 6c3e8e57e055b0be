"""An example of a lead, made up from what a model has learned: no value of one lead alone."""

from __future__ import annotations

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats
from leadgate.bundle.bundle import Bundle
from leadgate.errors import BundleError
from leadgate.jsonfile import read_json

LEAD_ID, UNTIL = "4711", "2026-01-02T03:04:05Z"
_DIGITS = 3


def example_lead(bundle: Bundle, feature_set: FeatureSet) -> dict[str, object]:
    """Return a lead that the model can score, by the names of a request.

    A category has its most frequent value, a number the middle of the bundle's golden rows, which
    are drawn within the ranges of training. It is created at the end of the data, and seen then.
    """
    until = bundle.meta.get("data_until") or UNTIL
    return {
        "lead_id": LEAD_ID,
        "created_at": until,
        "as_of": until,
        **_attributes(bundle, feature_set),
    }


def _attributes(bundle: Bundle, feature_set: FeatureSet) -> dict[str, object]:
    features, vocabularies = feature_set.features_, feature_set.vocabularies_
    middle = _middle(bundle, len(features))
    values: dict[str, object] = {}
    for place, feature in enumerate(features):
        texts = vocabularies.get(feature.source, ())
        if feature.of_attribute and len(texts) > 1:
            # The first one stands for what is rare, or for no.
            values[feature.source] = texts[1]
        elif feature.kind == "number" and not np.isnan(middle[place]):
            values[feature.source] = float(f"{middle[place]:.{_DIGITS}g}")
    return values


def _middle(bundle: Bundle, n: int) -> Floats:
    try:
        rows = np.array(read_json(bundle.path / "golden.json")["rows"], dtype=np.float64)
    except (BundleError, KeyError, ValueError):
        return np.full(n, np.nan)
    filled = ~np.isnan(rows)
    middle = np.full(rows.shape[1], np.nan)
    some = filled.any(axis=0)
    middle[some] = np.nanmedian(rows[:, some], axis=0)
    return middle
