"""The hazard of being worked: how soon sales comes to a lead, given what sales could see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from features.aggregation.attributes import AttributeReader
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints
from leadgate.model import AdditiveMember
from leadgate.model.calibration import sigmoid
from training.dataset.even_sample import even_sample
from training.estimators.additive import fit_additive
from training.validation.account_folds import PARTS, part_of

WEEK_DAYS = 7.0
_WEEK = round(WEEK_DAYS * US_PER_DAY)
# So many lead-weeks show a hazard of a few hundredths.
_MOST = 20_000
_MIN_EVENTS = 5
_DEVIATION, _KNOTS = 1.0, 6
_AGE = 0


@dataclass(frozen=True)
class _LeadWeeks:
    """The weeks of each lead from its creation until its first work, its outcome or its end.

    `first` holds the first week of each lead, shape (n_leads + 1,); all else has one entry a week:
    the lead, the week's number from 0 on, the part of it that was lived through, and whether it
    ended with the first work.
    """

    first: Ints
    lead: Ints
    number: Ints
    lived: Floats
    worked: Bools

    @classmethod
    def of(cls, history: LeadHistory) -> _LeadWeeks:
        """Divide the time of each lead."""
        end = np.where(history.closes == NAT, history.ends, history.closes)
        worked = (history.first_worked != NAT) & (history.first_worked <= end)
        end = np.where(worked, history.first_worked, end)
        lived = np.maximum(end - history.created, 1)
        count = -(-lived // _WEEK)
        first = np.append(0, count.cumsum())
        lead = np.repeat(np.arange(len(history)), count)
        number = np.arange(lead.size) - first[lead]
        part = np.minimum(lived[lead] / _WEEK - number, 1.0)
        return cls(first, lead, number, part, worked[lead] & (number == count[lead] - 1))


@dataclass(frozen=True)
class WorkHazard:
    """P(a lead is not worked between two instants), from a hazard of each of its weeks.

    A pooled logistic regression of "first worked in this week" on the age of the lead, the days
    since its last activity and the columns that sales could see, each as it stood when the week
    began; additive, of hats. Every lead's hazard comes from the accounts of other folds. A queue
    that picks by a rating or by newness makes a Kaplan-Meier curve of all leads wrong; this is
    wrong where sales picks by what the export does not hold (confounding).

    References
    ----------
    D'Agostino et al. 1990, Statistics in Medicine 9 (pooled logistic regression); Robins &
    Finkelstein 2000, Biometrics 56 (inverse probability of censoring by covariates of the time).
    """

    history: LeadHistory
    weeks: _LeadWeeks
    cumulative: Floats
    members: dict[int, AdditiveMember]
    columns: AttributeReader

    @classmethod
    def fit(cls, history: LeadHistory, seen: Collection[str]) -> WorkHazard | None:
        """Fit the hazard; None where too few leads were worked to say.

        Parameters
        ----------
        seen
            Columns that sales could see: the current CRM score and the segments.
        """
        weeks = _LeadWeeks.of(history)
        part = part_of(history.account_hash)[weeks.lead]
        columns = seen_columns(history, seen)
        begin = history.created[weeks.lead] + weeks.number * _WEEK
        X = seen_matrix(history, columns, weeks.lead, begin)
        categories = [False, False, *(f.kind == "category" for f in columns.features)]
        members = {}
        for fold in range(PARTS):
            rows = np.flatnonzero(part != fold)
            rows = even_sample(rows, _MOST)
            if weeks.worked[rows].sum() < _MIN_EVENTS:
                return None
            y: Floats = weeks.worked[rows].astype(np.float64)
            weight = np.where(weeks.worked[rows], 1.0, weeks.lived[rows])
            members[fold] = fit_additive(
                X[rows], y, weight, categories, n_knots=_KNOTS, deviation=_DEVIATION
            )
        hazard = np.empty(weeks.lead.size)
        for fold, member in members.items():
            hazard[part == fold] = -np.log1p(-sigmoid(member.log_odds(X[part == fold])))
        cumulative = np.append(0.0, hazard.cumsum())
        return cls(history, weeks, cumulative, members, columns)

    def unworked(self, lead: Ints, begin: Ints, end: Ints) -> Floats:
        """Return P(not worked from `begin` until `end`), for times that the lead lived through.

        Parameters
        ----------
        lead, begin, end
            Shape (n,): positions in the history, and instants in microseconds, UTC.
        """
        return np.asarray(np.exp(self._until(lead, begin) - self._until(lead, end)))

    def expected(self, lead: Ints, as_of: Ints, days: float) -> Floats:
        """Return P(worked within so many days after `as_of`), by what was seen at `as_of`: (n,)."""
        created = self.history.created[lead]
        X = seen_matrix(self.history, self.columns, lead, as_of)
        part = part_of(self.history.account_hash)[lead]
        total = np.zeros(lead.size)
        for week in range(max(1, round(days / WEEK_DAYS))):
            X[:, _AGE] = (as_of - created) / US_PER_DAY + week * WEEK_DAYS
            for fold, member in self.members.items():
                total[part == fold] -= np.log1p(-sigmoid(member.log_odds(X[part == fold])))
        return np.asarray(-np.expm1(-total))

    def _until(self, lead: Ints, at: Ints) -> Floats:
        """Return the cumulative hazard of each lead from its creation until an instant."""
        weeks = (at - self.history.created[lead]) / _WEEK
        first, last = self.weeks.first[lead], self.weeks.first[lead + 1]
        place = np.minimum(first + np.floor(weeks).astype(np.int64), last - 1)
        before = self.cumulative[place]
        within = np.clip(weeks - (place - first), 0.0, 1.0)
        hazard = self.cumulative[place + 1] - before
        return np.asarray(before - self.cumulative[first] + within * hazard)


def seen_columns(history: LeadHistory, seen: Collection[str]) -> AttributeReader:
    """Return what reads the columns that sales could see, those of them that the history has."""
    lead = np.arange(len(history))
    at = Snapshots(lead, history.created, history.created, np.zeros(lead.size), np.ones(lead.size))
    hidden = set(history.columns) - set(seen)
    return FeatureSet(exclude=hidden).fit(history, at).attributes


def seen_matrix(history: LeadHistory, columns: AttributeReader, lead: Ints, at: Ints) -> Floats:
    """Return age, days since the last activity and the columns; shape (n, 2 + columns).

    Parameters
    ----------
    columns
        As `seen_columns` returns.
    lead, at
        Shape (n,): positions in the history, and the instants at which they are looked at.
    """
    X = np.empty((lead.size, 2 + len(columns.features)))
    X[:, _AGE] = (at - history.created[lead]) / US_PER_DAY
    X[:, 1] = _since_last(history, lead, at)
    columns.fill(X[:, 2:], history, lead, at)
    return X


def _since_last(history: LeadHistory, lead: Ints, at: Ints) -> Floats:
    """Return the days since the last activity that was known at an instant, NaN without: (n,)."""
    activities = history.activities
    if not len(activities):
        return np.full(lead.size, np.nan)
    seconds = 1_000_000
    start = min(int(activities.known_from.min()), int(history.created.min())) // seconds
    span = max(int(activities.known_from.max()), int(at.max())) // seconds - start + 2
    instants = activities.owner * span + (activities.known_from // seconds - start)
    instants.sort()
    asked = lead * span + (at // seconds - start)
    last = np.searchsorted(instants, asked, side="right") - 1
    when = instants[np.maximum(last, 0)]
    days = (asked - when) * seconds / US_PER_DAY
    return np.where((last >= 0) & (when // span == lead), days, np.nan)
