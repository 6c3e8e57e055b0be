"""What the champion's recipe would have predicted for a test window, beside a challenger's."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from leadgate.arrays import Floats, Positions
from leadgate.bundle.bundle import Bundle
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.fit import WindowFit, fit_for_window


def fit_of_recipe(
    other: Bundle, sample: Sample, ours: WindowFit, settings: Settings
) -> WindowFit | None:
    """Run the recipe of a registered model before the window of a fit, on the same data.

    Both are fitted on the same cut, to the same labels, for the same parts of the accounts; only
    what the recipe learns from differs: columns and activities that its export did not have are no
    features of it.

    Returns
    -------
    WindowFit or None
        None where too few outcomes, or no feature, are left before the window to fit it; `ours`
        where the recipe is the same.
    """
    theirs, history = _recipe(other, sample.history, settings), sample.history
    if _effective(theirs, history) == _effective(settings, history):
        return ours
    return fit_for_window(sample, ours.window, theirs)


def shared_rows(ours: WindowFit, theirs: WindowFit) -> Positions:
    """Return the snapshots of the window that both fits evaluate."""
    return np.intersect1d(ours.rows, theirs.rows)


def readiness(source: Bundle | Fitted, sample: Sample, rows: Positions) -> Floats:
    """Return the readiness of some snapshots of a sample; shape (n,)."""
    if isinstance(source, Fitted):
        features = source.feature_set
    else:
        features = FeatureSet.from_dict(source.features)
    at = sample.snapshots.take(rows)
    return source.model.readiness(features.matrix(sample.history, at.lead, at.as_of))


def _recipe(other: Bundle, history: LeadHistory, settings: Settings) -> Settings:
    """Return the settings of another model for the data of today, at our horizon."""
    theirs, features = Settings.from_dict(other.meta["settings"]), other.features
    seen = {feature["source"] for feature in features["features"]} | {*features["left_out"]}
    acts = () if other.meta["export"]["data"]["activities"] else history.activities.type.texts
    new = set(history.columns) - seen
    return replace(theirs.without(sorted(new), acts), horizon_days=settings.horizon_days)


def _effective(settings: Settings, history: LeadHistory) -> Settings:
    """Return settings that name only what the data have: equal ones give equal fits."""
    columns, acts = {*history.columns}, {*history.activities.type.texts}
    return replace(
        settings,
        exclude=tuple(sorted(columns.intersection(settings.exclude))),
        sales_types=tuple(sorted(acts.intersection(settings.sales_types))),
    )
