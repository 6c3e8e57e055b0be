"""What another model, or its recipe, would have predicted for a test window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from features.feature_set import FeatureSet
from features.parsing.times import parse_instant
from leadgate.arrays import Floats, Positions
from leadgate.bundle.bundle import Bundle
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.evaluation.evaluated import Evaluated
from training.fit import fit_for_window
from training.validation.windows import Window


def readiness_by(
    other: Bundle,
    sample: Sample,
    window: Window,
    rows: Positions,
    evaluated: Evaluated,
    settings: Settings,
) -> Floats | None:
    """Return the readiness that another model gives to the leads of a test window; shape (n,).

    A model that knew nothing of the window is evaluated as it is. One that was trained on it is
    evaluated by its recipe, refitted on the data cut at the start of the window, for each part of
    the accounts on the others; the same recipe gives the same model, so nothing is gained over it.

    Parameters
    ----------
    rows
        The snapshots of the window that are evaluated.
    evaluated
        These, with the readiness by `settings`.
    settings
        The recipe that the window belongs to.

    Returns
    -------
    ndarray or None
        None where too few outcomes are left before the window to fit the other recipe.
    """
    theirs = Settings.from_dict(other.meta["settings"])
    if as_registered(other, sample, window, settings):
        return readiness(other, sample, rows)
    recipe = replace(theirs, horizon_days=settings.horizon_days)
    if recipe == settings:
        return evaluated.readiness
    fit = fit_for_window(sample, window, recipe)
    if fit is None or not np.array_equal(fit.rows, rows):
        return None
    return fit.readiness(sample)


def as_registered(other: Bundle, sample: Sample, window: Window, settings: Settings) -> bool:
    """Return whether a model is evaluated on a window as it is, and not by its recipe refitted.

    It knew nothing of the window, and its readiness is for the same horizon.
    """
    same_horizon = other.meta["settings"]["horizon_days"] == settings.horizon_days
    return same_horizon and knew_nothing(other.meta, sample, window)


def knew_nothing(meta: Mapping[str, Any], sample: Sample, window: Window) -> bool:
    """Return whether a model's data ended before a window began.

    What was recorded at the instant at which its data ended is in them, and the evaluation begins
    at the start of the window: where both are one instant the model has seen some of it.
    """
    until = meta.get("data_until")
    if not sample.history.dated or not until:
        return False
    return parse_instant(until, field="data_until") < window.start


def readiness(source: Bundle | Fitted, sample: Sample, rows: Positions) -> Floats:
    """Return the readiness of some snapshots of a sample; shape (n,)."""
    if isinstance(source, Fitted):
        features = source.feature_set
    else:
        features = FeatureSet.from_dict(source.features)
    at = sample.snapshots.take(rows)
    return source.model.readiness(features.matrix(sample.history, at.lead, at.as_of))
