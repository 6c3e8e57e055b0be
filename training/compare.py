"""Champion and challenger on the same leads: a paired comparison of their log loss."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from features.feature_set import FeatureSet
from features.times import parse_instant
from leadgate.bundle import Bundle
from training.evaluation import gain
from training.fit import fit_for_window
from training.recipe import Sample, Settings
from training.result import Fitted, Judged, Metric
from training.splits import Span

Float = NDArray[np.float64]


def against_champion(
    champion: Bundle, sample: Sample, span: Span, judged: Judged, settings: Settings
) -> Metric:
    """Return the champion's log loss minus the challenger's on the challenger's test window.

    A champion that knew nothing of the window is judged as it is. One that was trained on it is
    judged by its recipe, refitted on the data cut at the start of the window; the same recipe
    gives the same model, so nothing is gained over it.

    Parameters
    ----------
    judged
        The test window with the challenger's readiness.
    """
    theirs = Settings.from_dict(champion.meta["settings"])
    if theirs.horizon_days == settings.horizon_days and knew_nothing(champion.meta, sample, span):
        features = FeatureSet.from_dict(champion.features)
        return gain(judged, _readiness(features, champion, sample, span))
    recipe = replace(theirs, horizon_days=settings.horizon_days)
    if recipe == settings:
        return Metric(0.0, 0.0, 0.0, 0.0)
    fit = fit_for_window(sample, span, recipe)
    if fit is None:
        return Metric(math.nan, math.nan, math.nan, 0.0)
    return gain(judged, _readiness(fit.fitted.feature_set, fit.fitted, sample, span))


def knew_nothing(meta: Mapping[str, Any], sample: Sample, span: Span) -> bool:
    """Return whether a model's data ended before a window began."""
    until = meta.get("data_until")
    if not sample.history.dated or not until:
        return False
    return parse_instant(until, field="data_until") <= span.start


def _readiness(features: FeatureSet, source: Bundle | Fitted, sample: Sample, span: Span) -> Float:
    at = sample.snapshots.take(sample.judged(span))
    return source.model.readiness(features.matrix(sample.history, at.lead, at.as_of))
