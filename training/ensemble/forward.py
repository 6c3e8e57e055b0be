"""Forward fits: what the recipe would have predicted for each window, used before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats
from leadgate.model import AdditiveMember, Blend, Model
from leadgate.model.blend import Member
from training.dataset.matrix import Matrix, labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.ensemble.level import Mature
from training.ensemble.mature import all_known, mature
from training.ensemble.members import Members, fit_members
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.platt import PRIOR_SLOPE, calibrate, forward_slope, slope_within
from training.ensemble.stacking import evenly, weigh
from training.estimators.additive import merge
from training.estimators.candidates import alone, families
from training.estimators.tuning import Tuning
from training.validation.windows import Window, earliest_cut, forward_windows

Fits = Sequence[tuple[Window, Members]]


@dataclass(frozen=True)
class Fold:
    """A forward window with what was known when it began, without the accounts in it."""

    window: Window
    matrix: Matrix


def forward_folds(sample: Sample, settings: Settings) -> list[Fold]:
    """Return up to four forward windows, oldest first, each with the matrix to fit before it."""
    labels, order = sample.labels, sample.snapshots.order
    earliest = earliest_cut(labels.known_at, labels.y, order, labels.evaluation_weight)
    if earliest is None:
        return []
    windows = forward_windows(order, labels.y, labels.evaluation_weight, earliest)
    folds = (
        (window, labelled_matrix(sample.before(window, settings), settings)) for window in windows
    )
    return [Fold(window, data) for window, data in folds if data is not None]


def forward_fits(
    folds: Sequence[Fold], names: Sequence[str], tuning: Tuning
) -> list[tuple[Window, Members]]:
    """Fit the candidates before each window."""
    return [(fold.window, fit_members(fold.matrix, names, tuning)) for fold in folds]


def out_of_fold(sample: Sample, fits: Fits) -> OutOfFold | None:
    """Return the log-odds on each window by the fit before it; None without a window.

    A window without a row to evaluate, the fit before it having seen all accounts, is no fold.
    """
    parts = [(window, members, sample.evaluated(window)) for window, members in fits]
    parts = [part for part in parts if part[2].size]
    if not parts:
        return None
    rows = np.concatenate([rows for _, _, rows in parts])
    return OutOfFold(
        log_odds=np.concatenate([members.log_odds(sample, rows) for _, members, rows in parts]),
        family=families(parts[0][1].names),
        y=sample.labels.y[rows],
        weight=np.concatenate(
            [sample.evaluation_weight(window, rows) for window, _, rows in parts]
        ),
        fold=np.repeat(np.arange(len(parts)), [rows.size for _, _, rows in parts]),
        account=sample.account[rows],
        rows=rows,
        windows=tuple(window for window, _, _ in parts),
        anchors=tuple(members.anchor for _, members, _ in parts),
    )


def shares_of(members: Members, oof: OutOfFold | None) -> Floats:
    """Return each candidate's share of the blend; shape (m,), sum 1.

    Where none of them helps on the folds the families share alike, as the signal test has it then;
    how much of it is believed is left to the calibration.
    """
    if oof is None or not oof.enough:
        chosen: Floats = np.eye(len(members.candidates))[alone(members.names)]
        return chosen
    shares = weigh(oof)
    return shares if shares.any() else evenly(oof.family)


def level_shown(sample: Sample, oof: OutOfFold | None) -> Mature | None:
    """Return the snapshots that show the base-rate offset; None where none can be calibrated."""
    return mature(sample) if oof is not None and oof.enough else None


def assemble(
    members: Members, sample: Sample, oof: OutOfFold | None, crossed: OutOfFold | None
) -> Fitted:
    """Blend and calibrate members by what other fits of the same recipe have shown.

    Parameters
    ----------
    sample
        What `oof` was drawn from.
    oof
        Of the forward fits. With too little in it, or None, one member stands alone.
    crossed
        Of the fits of the same time (`training.ensemble.cross_fit`).
    """
    shares = shares_of(members, oof)
    slope = PRIOR_SLOPE if crossed is None else slope_within(crossed, crossed.log_odds @ shares)
    seen = level_shown(sample, oof)
    if oof is not None and seen is not None:
        slope = forward_slope(oof, oof.log_odds @ shares, slope)
    seen = seen or all_known(sample)
    calibration = calibrate(slope, seen, members.log_odds(sample, seen.rows) @ shares)
    chosen = [(c.member, s) for c, s in zip(members.candidates, shares, strict=True) if s > 0]
    model = Model(_blend(chosen), calibration)
    return Fitted(members.feature_set, model, members.low, members.high)


def _blend(chosen: Sequence[tuple[Member, float]]) -> Blend:
    """Return the blend with all additive members as one, which is quicker and the same."""
    additive = [(m, s) for m, s in chosen if isinstance(m, AdditiveMember)]
    rest = [(m, s) for m, s in chosen if not isinstance(m, AdditiveMember)]
    if additive:
        rest = [(merge([m for m, _ in additive], [s for _, s in additive]), 1.0), *rest]
    return Blend([m for m, _ in rest], [s for _, s in rest])
