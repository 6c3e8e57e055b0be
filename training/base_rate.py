"""What ships where no model can: the base rate, of all leads or of each segment."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from training.baselines import base_rate_model
from training.forward import level_shown
from training.members import column_ranges
from training.out_of_fold import OutOfFold
from training.recipe import Sample, Settings
from training.result import Fitted
from training.segment_model import segment_model
from training.segments import outcomes, segment_rates


def base_rate_only(
    sample: Sample, settings: Settings, oof: OutOfFold | None, segments: Sequence[str] = ()
) -> Fitted:
    """Return the fit that gives leads a base rate, under the features of all leads.

    Parameters
    ----------
    oof
        With too little in it, or None, the level is that of all leads whose outcome is known.
    segments
        Columns by whose values leads get a base rate of their own, where they are features. None
        where leads were judged and no signal was found: what sets segments apart is part of that.
    """
    labels = sample.labels
    known = sample.snapshots.take(labels.weight > 0)
    features = settings.feature_set().fit(sample.history, known)
    X = features.matrix(sample.history, known.lead, known.as_of)
    found = outcomes(sample, features, segments)
    if found.segments:
        model = segment_model(found, segment_rates(found), X.shape[1])
    else:
        wins = float(labels.weight @ np.nan_to_num(labels.y))
        model = base_rate_model(level_shown(sample, oof), wins, float(labels.weight.sum()))
    by = tuple(segment.name for segment in found.segments)
    return Fitted(features, model, *column_ranges(X), base_rates_of=by)
