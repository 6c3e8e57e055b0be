"""What ships where no model can: the base rate, of all leads or of each segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from leadgate.model import Model
from leadgate.model.calibration import sigmoid
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.assemble import Shown, level_shown
from training.ensemble.fitted import Fitted
from training.ensemble.level import calibrate_level
from training.ensemble.members import column_ranges
from training.ensemble.stacking import Stacked
from training.segments.segment_model import segment_model
from training.segments.segments import outcomes, segment_rates
from training.statistics.pooling import shrunken_rate


def base_rate_model(shown: Shown | None, wins: float, leads: float) -> Model:
    """Return the model of the base rate only.

    Its base-rate offset comes from the snapshots that show it, as every model's does; None, where
    there are too few to calibrate a model: it is the shrunken rate of all leads.
    """
    if shown is None:
        rate = shrunken_rate(wins, leads)
        return Model.base_rate(rate, 1.0 / ((leads + 1.0) * rate * (1.0 - rate)))
    level = calibrate_level(shown.snapshots)
    rate = float(np.clip(sigmoid(level.intercept), 1e-6, 1 - 1e-6))
    return Model.base_rate(rate, float(level.covariance[0, 0]))


def base_rate_only(
    sample: Sample, settings: Settings, stacked: Stacked | None, segments: Sequence[str] = ()
) -> Fitted:
    """Return the fit that gives leads a base rate, under the features of all leads.

    Parameters
    ----------
    stacked
        What the windows have shown; with too little in them, or None, the offset is that of all
        labelled leads.
    segments
        Columns by whose values leads get a base rate of their own, where they are features. None
        where leads were evaluated without a signal: what separates segments is part of that.
    """
    labels = sample.labels
    labelled = sample.snapshots.take(labels.weight > 0)
    features = settings.feature_set().fit(sample.history, labelled)
    X = features.matrix(sample.history, labelled.lead, labelled.as_of)
    labelled_outcomes = outcomes(sample, features, segments)
    if labelled_outcomes.segments:
        model = segment_model(labelled_outcomes, segment_rates(labelled_outcomes), X.shape[1])
    else:
        wins = float(labels.weight @ np.nan_to_num(labels.y))
        level = level_shown(sample, stacked) if stacked is not None else None
        model = base_rate_model(level, wins, float(labels.weight.sum()))
    by = tuple(segment.name for segment in labelled_outcomes.segments)
    return Fitted(features, model, *column_ranges(X), base_rates_of=by)
