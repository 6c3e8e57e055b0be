"""The models of the replay: each learned from nothing but what was known when it was made.

The recipe is that of `training`. Which of its members are worth fitting is decided when the
replay begins and whenever four times as many labels are known; in between, the members that had a
share are fitted again each month, and weighed and calibrated on the forward windows so far.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from features.history.lead_history import LeadHistory
from leadgate.arrays import Ints
from training.dataset.class_counts import won_and_lost
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.cross_fit import cross_fit
from training.ensemble.fitted import Fitted
from training.ensemble.forward import assemble, forward_fits, forward_folds, out_of_fold, shares_of
from training.ensemble.members import Members, fit_members
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.search import Progress
from training.estimators.candidates import affordable, alone
from training.estimators.tuning import Tuning
from training.promotion.verdict import MIN_CLOSED, MIN_OF_EITHER
from training.validation.windows import Window

MONTHS_OF_A_QUARTER = 3
# The choice is made again when so many times the labels of the last choice are known.
GROWTH = 4
# Rows of one fit: an even sample beyond that, so that a year of refits stays a matter of minutes.
MOST_ROWS = 40_000


@dataclass(frozen=True)
class Refit:
    """A model and the week from whose Monday on it decides: it knows nothing recorded later."""

    week: int
    fitted: Fitted


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
        fitted = line.fit(history, int(weeks[week]))
        if fitted is not None:
            models.append(Refit(week, fitted))
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
    """The refits so far: the members worth fitting and their forward windows."""

    settings: Settings
    names: list[str] = field(default_factory=list)
    fits: list[tuple[Window, Members]] = field(default_factory=list)
    labels_when_chosen: int = 0
    crossed: OutOfFold | None = None
    window_from: int = 0
    months: int = 0

    def fit(self, history: LeadHistory, at: int) -> Fitted | None:
        """Return the model of what was known at an instant; None with too few outcomes."""
        sample = Sample.of(history.cut(at), self.settings)
        won, lost = won_and_lost(sample)
        if won + lost < MIN_CLOSED or min(won, lost) < MIN_OF_EITHER:
            return None
        labels = int((sample.labels.weight > 0).sum())
        tuning = Tuning.default(min(won, lost))
        if labels >= GROWTH * self.labels_when_chosen:
            self._choose(sample, tuning)
            self.labels_when_chosen, self.window_from, self.months = labels, at, 0
        elif self.months % MONTHS_OF_A_QUARTER == 0:
            self._watch(sample, at, tuning)
        self.months += 1
        members = self._members(sample, self.names, tuning)
        if members is None:
            return None
        return assemble(members, sample, self._out_of_fold(sample), self.crossed)

    def _members(self, sample: Sample, names: Sequence[str], tuning: Tuning) -> Members | None:
        data = labelled_matrix(sample, self.settings)
        return None if data is None else fit_members(data.some(MOST_ROWS), names, tuning)

    def _cross(self, sample: Sample, tuning: Tuning) -> OutOfFold | None:
        data = labelled_matrix(sample, self.settings)
        return None if data is None else cross_fit(data.some(MOST_ROWS), self.names, tuning)

    def _choose(self, sample: Sample, tuning: Tuning) -> None:
        names = affordable(sample.labels.y[sample.labels.weight > 0])
        self.names = names
        self.fits = forward_fits(forward_folds(sample, self.settings), names, tuning)
        oof = self._out_of_fold(sample)
        if oof is not None and oof.enough:
            shares = shares_of(self.fits[-1][1], oof)
            spare = alone(names)
            keep = [i for i in range(len(names)) if shares[i] > 0 or i == spare]
            self.names = [names[i] for i in keep]
            self.fits = [(span, members.only(keep)) for span, members in self.fits]
            self.crossed = self._cross(sample, tuning)

    def _watch(self, sample: Sample, at: int, tuning: Tuning) -> None:
        """Add the time since the last window as one more forward window."""
        span = Window(self.window_from, at)
        members = self._members(sample.before(span, self.settings), self.names, tuning)
        if members is not None:
            self.fits.append((span, members))
            self.window_from = at

    def _out_of_fold(self, sample: Sample) -> OutOfFold | None:
        return out_of_fold(sample, self.fits) if self.fits else None
