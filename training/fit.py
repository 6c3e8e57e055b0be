"""The evaluation fit and the refit: one recipe, run before the test window and on everything."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.base_rate import base_rate_model
from training.ensemble.cross_fit import cross_fit
from training.ensemble.fitted import Fitted
from training.ensemble.forward import (
    Fits,
    Fold,
    assemble,
    forward_fits,
    forward_folds,
    level_shown,
    out_of_fold,
)
from training.ensemble.level import Mature
from training.ensemble.members import Members, fit_members
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.search import Effort, Progress, search
from training.estimators.candidates import affordable
from training.estimators.tuning import SearchResult, Tuning
from training.leakage.date_probe import DateProbe, probe_dates
from training.validation.windows import Window


@dataclass(frozen=True)
class WindowFit:
    """The recipe run on the data cut at the start of a window, and what it was chosen by."""

    fitted: Fitted
    members: Members
    fits: Fits
    oof: OutOfFold | None
    search: SearchResult
    level: Mature | None
    dates: DateProbe | None = None

    @property
    def base_rate(self) -> float:
        """The base rate, from the same snapshots as the base-rate offset of the fit."""
        members = self.members
        model = base_rate_model(self.level, members.rate * members.rows, members.rows)
        return float(model.readiness(np.empty((1, 0)))[0])

    def settings(self, given: Settings) -> Settings:
        """Return the settings without the time proxies that were left out."""
        return given.without(self.dates.left_out, ()) if self.dates else given


def fit_for_window(
    sample: Sample,
    window: Window,
    settings: Settings,
    progress: Progress | None = None,
    *,
    effort: Effort | None = None,
    tuning: Tuning | None = None,
    keep: Collection[str] = (),
) -> WindowFit | None:
    """Tune, fit, blend and calibrate with nothing of a window: not its leads or later news.

    Time proxies are looked for and left out.

    Parameters
    ----------
    effort
        How long to search for hyper-parameters; left out: as long as the data can bear.
    tuning
        Hyper-parameters that are given, as are the columns then: nothing is searched.
    keep
        Columns that stay although they are time proxies.

    Returns
    -------
    WindowFit or None
        None where too few outcomes, or no feature at all, are left before the window.
    """
    say = progress or (lambda _label, _share: None)
    earlier = sample.before(window, settings)
    data = labelled_matrix(earlier, settings)
    if data is None or not data.X.shape[1]:
        return None
    y = earlier.labels.y[earlier.labels.weight > 0]
    names = affordable(y)
    say("preparing the forward windows", 0.1)
    folds = forward_folds(earlier, settings)
    default = Tuning.default(data.outcomes)
    dates = None if tuning else probe_dates(earlier, data.feature_set, folds, names, default, keep)
    if dates and dates.left_out:
        data = data.without(dates.left_out)
        folds = [Fold(fold.window, fold.matrix.without(dates.left_out)) for fold in folds]
    searched = SearchResult(tuning, [], 0) if tuning else search(
        earlier, folds, names, data.outcomes, effort or Effort(),
        lambda label, share: say(label, 0.15 + 0.35 * share),
    )  # fmt: skip
    say("fitting before each forward window", 0.5)
    fits = forward_fits(folds, names, searched.tuning)
    say("fitting before the test window", 0.55)
    members = fit_members(data, names, searched.tuning)
    oof = out_of_fold(earlier, fits)
    level = level_shown(earlier, oof)
    crossed = cross_fit(data, names, searched.tuning)
    fitted = assemble(members, earlier, oof, crossed)
    return WindowFit(fitted, members, fits, oof, searched, level, dates)


def refit(
    sample: Sample, window: Window, settings: Settings, before: WindowFit
) -> tuple[Fitted, Members, OutOfFold]:
    """Run the same recipe on everything known at the end; the test window is one more fold."""
    data = labelled_matrix(sample, before.settings(settings))
    assert data is not None
    members = fit_members(data, before.members.names, before.search.tuning)
    oof = out_of_fold(sample, [*before.fits, (window, before.members)])
    assert oof is not None
    crossed = cross_fit(data, members.names, before.search.tuning)
    return assemble(members, sample, oof, crossed), members, oof
