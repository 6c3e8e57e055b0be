"""What a run says about its data and its model besides the metrics."""

from __future__ import annotations

import numpy as np

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.history.worked import ever_worked
from features.parsing.times import NAT
from features.tables import Tables
from leadgate.config import Columns
from training.ensemble.calibration import platt
from training.ensemble.stacking import Stacked
from training.evaluation.importance import Explained
from training.fit import Refit, WindowFit
from training.result import Tried
from training.statistics import metrics

_REASONS = {
    "unknown": "it may be overwritten later: listed in columns.unknown",
    "after_outcome": "known only after the outcome: listed in columns.after_outcome",
    "personal": "personal: listed in columns.personal",
}


def lead_counts(history: LeadHistory) -> dict[str, int]:
    """Return how many leads there are: won, lost and open add up to all.

    ``unworked`` is how many of all of them sales never worked.
    """
    masks = {
        "all": np.ones(len(history), dtype=bool),
        "won": history.won,
        "lost": history.lost,
        "open": ~(history.won | history.lost),
        "unworked": ~ever_worked(history),
    }
    return {name: int(mask.sum()) for name, mask in masks.items()}


def left_out(features: FeatureSet, columns: Columns, tables: Tables) -> dict[str, str]:
    """Return the columns and activity types that are no features, each with the reason."""
    named = {name: why for key, why in _REASONS.items() for name in getattr(columns, key)}
    if columns.own_score:
        named[columns.own_score] = "the current CRM score: a baseline"
    types = {str(name) for name in tables.activities["type"].unique()}
    calls = "happens only because sales works the lead"
    sales = {name: calls for name in features.sales_types if name in types}
    return {**features.left_out_, **named, **sales}


def notes(history: LeadHistory, horizon_days: float | None, stated: float | None) -> list[str]:
    """Return what the export lacks and what is done instead, in plain sentences.

    Parameters
    ----------
    horizon_days, stated
        The horizon, and that of the configuration.
    """
    closings = (history.closed != NAT) | (history.recorded != NAT)
    if not history.dated:
        return ["The export has no dates: the order of its rows is taken for time."]
    if not closings.any():
        return [
            "No closed lead has a closing time: every outcome counts as known from the start, "
            "so the forward windows are cut by creation alone."
        ]
    if horizon_days is None:
        return ["Without a horizon readiness is the chance to win at all, among closed leads."]
    if stated is None:
        return [
            f"Without target.horizon_days readiness is the chance to win within {horizon_days:g} "
            "days: what leads take to close, as far as the newest ones show it."
        ]
    return []


def importance(explained: Explained | None) -> dict[str, float]:
    """Return the mean absolute contribution of each feature group on the log-odds, largest first.

    Nothing for a model that holds the base rate only.
    """
    if explained is None:
        return {}
    groups = np.array([feature.group for feature in explained.features])
    means = {
        str(group): float(np.abs(explained.parts[:, groups == group].sum(axis=1)).mean())
        for group in np.unique(groups)
    }
    return dict(sorted(means.items(), key=lambda item: (-item[1], item[0])))


def fallbacks(stacked: Stacked, skipped: int) -> list[str]:
    """Say what the forward windows did not hold enough for, and what was done instead.

    Parameters
    ----------
    stacked
        What they show of the members.
    skipped
        How many windows of one account fold have no fit.
    """
    said = []
    if skipped:
        cells = (
            "a part of the accounts in a forward window was"
            if skipped == 1
            else (f"{skipped} parts of the accounts in forward windows were")
        )
        said.append(f"Too few outcomes were known to fit for all leads: {cells} not evaluated.")
    if not stacked.enough:
        said.append(
            "Too few accounts were evaluated to weigh the members: they share alike, "
            "and the base-rate offset is that of all labelled leads."
        )
    elif stacked.slope.mean == 0:
        said.append(
            "No member of the blend helps in the forward windows: its slope is 0, so every lead "
            "gets the base rate."
        )
    return said


def tried(shipped: Refit, before: WindowFit) -> list[Tried]:
    """Return each member with its share of the shipped blend and how it did on the windows.

    Parameters
    ----------
    shipped
        The refit, whose shares are by all windows.
    before
        The fits before the windows: the figures are of those before the test window.
    """
    folds, result = before.before, []
    n = 0 if folds is None else len(folds.y)
    for j, candidate in enumerate(shipped.members.candidates):
        loss = auc = float("nan")
        if folds is not None:
            log_odds = folds.log_odds[:, j]
            p = platt(folds, log_odds)
            loss = float(metrics.log_loss(folds.y, p, folds.weight))
            auc = float(metrics.within(folds.y, log_odds, folds.weight, folds.cell))
        share = float(shipped.stacked.share[j])
        result.append(Tried(candidate.name, share, loss, auc, candidate.seconds, n))
    return result
