"""The evaluation fits and the refit: one recipe, run before the test window and on everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from leadgate.arrays import Floats, Positions
from leadgate.registry.mlflow_store import Progress
from training.dataset.matrix import Matrix, labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.assemble import assemble, level_shown
from training.ensemble.base_rate import base_rate_model
from training.ensemble.fitted import Fitted
from training.ensemble.forward import (
    WindowFits,
    fit_window,
    out_of_fold,
    same_time,
    windows_before,
)
from training.ensemble.members import Members, fit_members, recipe
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.stacking import Stacked, stack
from training.leakage.time_proxy import TimeProxies
from training.validation.account_folds import PARTS
from training.validation.windows import Window


@dataclass(frozen=True)
class WindowFit:
    """The recipe run before a window, for each part of the accounts and for all of them.

    Attributes
    ----------
    earlier
        What was known when the window began.
    fitted
        The fit of all of it.
    parts
        By account fold, the fit that evaluates it, made of the other four.
    rows
        The mature snapshots of the window that they evaluate, positions in the sample.
    oof
        Those of the forward windows and of this one, with the log-odds of their fits.
    before
        Those whose label had to be known when the window began: what the blend was weighed on.
        None where there are none.
    same_time
        The snapshots that the fits before the window were made of, each by those that have not
        seen its account. None where there are none.
    stacked
        The weights and the slope that both show.
    base_rate
        From the same snapshots as the base-rate offset of the fit.
    fits
        By the members alone, of each forward window and, last, of this one.
    skipped
        How many windows of one account fold have no fit, because too little was known.
    """

    window: Window
    earlier: Sample
    fitted: Fitted
    parts: dict[int, Fitted]
    rows: Positions
    fitted_on: int
    oof: OutOfFold
    before: OutOfFold | None
    same_time: OutOfFold | None
    stacked: Stacked
    base_rate: float
    proxies: TimeProxies
    fits: tuple[WindowFits, ...]
    skipped: int

    def readiness(self, sample: Sample) -> Floats:
        """Return the readiness of `rows`, each by a fit that has not seen its account."""
        at, part = sample.snapshots.take(self.rows), sample.part[self.rows]
        X = self.fitted.feature_set.matrix(sample.history, at.lead, at.as_of)
        readiness = np.empty(self.rows.size)
        for code, fit in self.parts.items():
            readiness[part == code] = fit.model.readiness(X[part == code])
        return readiness


class Refit(NamedTuple):
    """The recipe run on everything known at the end: the fit, its members and their weights."""

    fitted: Fitted
    members: Members
    stacked: Stacked


def fit_for_window(
    sample: Sample, window: Window, settings: Settings, progress: Progress | None = None
) -> WindowFit | None:
    """Fit, blend and calibrate with nothing of a window, its leads or later news.

    Returns
    -------
    WindowFit or None
        None where too few outcomes, or no feature at all, are left before the window.
    """
    earlier = sample.before(window, settings)
    windows = windows_before(sample, window.start)
    data, proxies = _data(earlier, settings, windows)
    if data is None or not data.X.shape[1]:
        return None
    fits, names = list[WindowFits](), recipe(data)
    for k, span in enumerate([*windows, window]):
        if progress is not None:
            progress(f"fitting before window {k + 1} of {len(windows) + 1}", 0.1 + 0.1 * k)
        past: Matrix | None = data
        if span != window:
            then = sample.before(span, settings)
            past = labelled_matrix(then, settings, mature_only=proxies.mature_only)
        fits.append(fit_window(past, span, names))
    rows, oof = fits[-1].rows(sample), out_of_fold(sample, fits)
    if oof is None or not rows.size:
        return None
    before = _known_before(sample, oof, window)
    now = same_time(earlier, fits[-1], mature_only=proxies.mature_only)
    stacked = stack(before, now, names)
    members = fit_members(data, names)
    base = base_rate_model(level_shown(earlier, stacked), members.rate * members.rows, members.rows)
    return WindowFit(
        window=window,
        earlier=earlier,
        fitted=assemble(members, earlier, stacked),
        parts={
            part: assemble(fit, earlier.without(part), stacked)
            for part, fit in fits[-1].parts.items()
        },
        rows=rows,
        fitted_on=members.rows,
        oof=oof,
        before=before,
        same_time=now,
        stacked=stacked,
        base_rate=float(base.readiness(np.empty((1, 0)))[0]),
        proxies=proxies,
        fits=tuple(fits),
        skipped=sum(PARTS - len(fit.parts) for fit in fits),
    )


def refit(sample: Sample, settings: Settings, before: WindowFit) -> Refit:
    """Run the same recipe on everything known at the end; the test window is one more window."""
    data = labelled_matrix(sample, settings, mature_only=before.proxies.mature_only)
    assert data is not None
    members = fit_members(data, before.oof.names)
    stacked = stack(before.oof, before.same_time)
    return Refit(assemble(members, sample, stacked), members, stacked)


def _data(
    earlier: Sample, settings: Settings, windows: Sequence[Window]
) -> tuple[Matrix | None, TimeProxies]:
    """Return what is fitted on before a window, and the time proxies among its columns."""
    data = labelled_matrix(earlier, settings)
    if data is None:
        return None, TimeProxies({})
    proxies = TimeProxies.of(earlier, data.feature_set, windows)
    if proxies.mature_only:
        data = labelled_matrix(earlier, settings, mature_only=True)
    return data, proxies


def _known_before(sample: Sample, oof: OutOfFold, window: Window) -> OutOfFold | None:
    """Return the rows of earlier windows whose label had to be known when a window began."""
    earlier = sample.snapshots.order[oof.rows] < window.start
    some = earlier & (sample.labels.matures_at[oof.rows] < window.start)
    return oof.take(some) if some.any() else None
