"""What became known after two versions were trained, by the models that they registered."""

from __future__ import annotations

import numpy as np

from experiments.comparison.contests import Group, group_of
from features.history.lead_history import LeadHistory
from leadgate.bundle.bundle import Bundle
from leadgate.config import Config
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import view
from training.promotion.champion import end_of_data
from training.promotion.compare import readiness
from training.report.formats import day
from training.validation.windows import MIN_OF_A_KIND, Window


def later(
    config: Config, history: LeadHistory, before: Bundle, after: Bundle, share: float
) -> tuple[Group | None, str]:
    """Compare two registered models on the leads seen after the data of both ended.

    Whole leads only: of one that was seen earlier and had not won by then, nothing but a late win
    could become known since, which would favour the model that predicts less.

    Returns
    -------
    Group or None, why
        None where too few outcomes are known by now, or the versions do not predict the same.
    """
    if not history.dated:
        return None, "The export has no dates: nothing says what came after both versions."
    if before.meta["horizon_days"] != after.meta["horizon_days"]:
        return None, "The versions have different horizons: their readiness is not the same thing."
    start = max(end_of_data(before), end_of_data(after)) + 1
    sample = Sample.of(history, Settings.from_dict(after.meta["settings"]))
    labels = sample.labels
    rows = np.flatnonzero((labels.evaluation_weight > 0) & (sample.snapshots.order >= start))
    wins = int((labels.y[rows] == 1).sum())
    if min(wins, rows.size - wins) < MIN_OF_A_KIND:
        return None, (
            f"Of the leads seen since {day(start)}, when the data of both ended, {wins} wins "
            f"and {rows.size - wins} losses are known by now; {MIN_OF_A_KIND} of either are needed."
        )
    theirs, ours = (readiness(bundle, sample, rows) for bundle in (before, after))
    evaluated = view(sample, rows, ours, config.columns.segments)
    return group_of(evaluated, theirs, share, Window(start, history.until)), ""
