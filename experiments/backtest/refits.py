"""The models of the replay: each learned from nothing but what was known when it was made.

The recipe is that of `training`. Its forward windows are laid when the replay begins and whenever
four times as many labels are known; in between, the members are fitted again each month, and
weighed and calibrated on the forward windows so far, a new one each quarter. Each month has a model
for each part of the accounts, fitted on the others: it says the same of a lead whether its account
has bought before or not, so that what became of a lead can be held against it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from features.history.lead_history import LeadHistory
from leadgate.arrays import Ints
from leadgate.registry.mlflow_store import Progress
from training.dataset.class_counts import won_and_lost
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.assemble import assemble
from training.ensemble.fitted import Fitted
from training.ensemble.forward import (
    WindowFits,
    fit_window,
    out_of_fold,
    same_time,
    windows_before,
)
from training.ensemble.members import recipe
from training.ensemble.stacking import stack
from training.promotion.verdict import MIN_CLOSED, MIN_OF_EITHER
from training.validation.account_folds import PARTS
from training.validation.windows import Window

MONTHS_OF_A_QUARTER = 3
# The choice is made again when so many times the labels of the last choice are known.
GROWTH = 4
# Rows of one fit: an even sample beyond that, so that a year of refits stays a matter of minutes.
MOST_ROWS = 40_000


@dataclass(frozen=True)
class Refit:
    """The models of one month, which know nothing recorded later.

    Attributes
    ----------
    week
        From whose Monday on they decide.
    parts
        By account fold: the model that scores it, fitted on the other four.
    """

    week: int
    parts: dict[int, Fitted]

    @property
    def has_arms(self) -> bool:
        """Whether every model knows what becomes of a lead that is left to marketing."""
        return all(fitted.model.unworked is not None for fitted in self.parts.values())


def monthly(weeks: Ints) -> list[int]:
    """Return the first week of each calendar month (UTC)."""
    month = weeks.view("datetime64[us]").astype("datetime64[M]")
    first: list[int] = np.unique(month, return_index=True)[1].tolist()
    return first


def refits(
    history: LeadHistory, settings: Settings, weeks: Ints, progress: Progress | None = None
) -> list[Refit]:
    """Refit each month, from the first one on in which enough outcomes are known.

    Parameters
    ----------
    weeks
        Shape (w,), the Mondays, microseconds UTC.

    Returns
    -------
    list of Refit
        By week; empty when enough is never known.
    """
    say = progress or (lambda _label, _share: None)
    models: list[Refit] = []
    line = _Line(settings)
    for week in monthly(weeks):
        say("refitting month by month", week / len(weeks))
        parts = line.fit(history, int(weeks[week]))
        if parts:
            models.append(Refit(week, parts))
    return models


def quarterly(models: Sequence[Refit]) -> list[Refit]:
    """Return every third of the monthly models."""
    return list(models[::MONTHS_OF_A_QUARTER])


def in_force(models: Sequence[Refit], n_weeks: int) -> Iterator[tuple[Refit, range]]:
    """Yield each model with the weeks in which it decides."""
    ends = [*(refit.week for refit in models[1:]), n_weeks]
    for refit, end in zip(models, ends, strict=True):
        yield refit, range(refit.week, end)


@dataclass
class _Line:
    """The refits so far: the members and the forward windows that they are weighed on.

    `began` are the members of the month in which the next window began.
    """

    settings: Settings
    fits: list[WindowFits] = field(default_factory=list)
    names: tuple[str, ...] = ()
    labels_when_chosen: int = 0
    began: WindowFits | None = None
    months: int = 0

    def fit(self, history: LeadHistory, at: int) -> dict[int, Fitted]:
        """Return the models of what was known at an instant; empty with too few outcomes."""
        sample = Sample.of(history.cut(at), self.settings)
        won, lost = won_and_lost(sample)
        if won + lost < MIN_CLOSED or min(won, lost) < MIN_OF_EITHER:
            return {}
        data = labelled_matrix(sample, self.settings)
        if data is None:
            return {}
        some = data.some(MOST_ROWS)
        labels = int((sample.labels.weight > 0).sum())
        anew = labels >= GROWTH * self.labels_when_chosen
        names = recipe(some) if anew else self.names
        now = fit_window(some, Window(at, at), names)
        if len(now.parts) < PARTS:
            return {}
        if anew:
            self.names = names
            self.fits = [self._fits(sample, span) for span in windows_before(sample, at)]
            self.labels_when_chosen, self.began, self.months = labels, now, 0
        elif self.months % MONTHS_OF_A_QUARTER == 0 and self.began is not None:
            # The members of that month are what a window from it on is evaluated by.
            self.fits.append(replace(self.began, window=Window(self.began.window.start, at)))
            self.began = now
        self.months += 1
        newest = same_time(sample, self.fits[-1]) if self.fits else None
        stacked = stack(out_of_fold(sample, self.fits), newest, self.names)
        return {
            part: assemble(members, sample.without(part), stacked)
            for part, members in now.parts.items()
        }

    def _fits(self, sample: Sample, span: Window) -> WindowFits:
        data = labelled_matrix(sample.before(span, self.settings), self.settings)
        return fit_window(data.some(MOST_ROWS) if data else None, span, self.names)
