"""Whether the leads that come in still look as they did before the training, and what it moves."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from experiments.monitor.error_rate import PERIOD_DAYS
from experiments.monitor.separation import Separation, separate
from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats
from leadgate.bundle.bundle import Bundle
from training.dataset.even_sample import even_sample
from training.validation.account_folds import part_of

WEEKS, MAX_LEADS, SHOWN = 26, 5_000, 10
# When each lead is looked at: what the gate or sales made of it since does not count as drift.
ENTRY_DAYS = 7.0
_PERIOD_US = round(PERIOD_DAYS * US_PER_DAY)


@dataclass(frozen=True)
class Effect:
    """How far a column moved the mean log-odds of the leads that come in."""

    name: str
    effect: float


@dataclass(frozen=True)
class Drift:
    """The leads that came in of late beside those of before the training.

    Attributes
    ----------
    accounts, accounts_in_training
        How many the leads belong to.
    look
        The how-manieth period since the training the comparison ends with.
    separation
        How well they can be told apart; None where there are too few accounts.
    readiness, readiness_in_training
        Mean readiness.
    columns
        Each feature's effect on the score, the largest first.
    """

    accounts: int
    accounts_in_training: int
    look: int
    separation: Separation | None
    readiness: float
    readiness_in_training: float
    columns: list[Effect]

    @property
    def alarming(self) -> bool:
        """Whether the leads differ for sure, and by more than nothing."""
        return self.separation is not None and self.separation.alarming

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison for JSON, with the columns that move the score most."""
        apart = self.separation
        separation = None if apart is None else {**asdict(apart), "alarm": apart.alarming}
        columns = [asdict(column) for column in self.columns[:SHOWN]]
        return {**asdict(self), "separation": separation, "columns": columns}


def drift(bundle: Bundle, history: LeadHistory, trained_until: int) -> Drift | None:
    """Compare the leads that came in since the training with those of the half year before it.

    Both are read from the history of today. Looks end with whole periods since the training, so
    that looking more often is no further look.

    Parameters
    ----------
    trained_until
        The end of the data that the model was trained on, microseconds UTC; `NAT` without.

    Returns
    -------
    Drift or None
        None where there is nothing to compare: no dates, no whole period yet, no lead.
    """
    end = int(history.ends.max(initial=NAT))
    if not history.dated or trained_until == NAT or end - trained_until < _PERIOD_US:
        return None
    look = (end - trained_until) // _PERIOD_US
    last, half_year = trained_until + look * _PERIOD_US, WEEKS * 7 * US_PER_DAY
    then = entries(history, trained_until - half_year, trained_until)
    now = entries(history, max(trained_until, last - half_year), last)
    if not len(then) or not len(now):
        return None
    features = FeatureSet.from_dict(bundle.features)
    at = then.beside(now)
    X = features.matrix(history, at.lead, at.as_of)
    of_now = np.arange(len(at)) >= len(then)
    accounts = history.accounts[at.lead]
    readiness = bundle.model.readiness(X)
    return Drift(
        accounts=int(np.unique(accounts[of_now]).size),
        accounts_in_training=int(np.unique(accounts[~of_now]).size),
        look=look,
        separation=separate(X, of_now, accounts, part_of(history.account_hash[at.lead]), look),
        readiness=float(readiness[of_now].mean()),
        readiness_in_training=float(readiness[~of_now].mean()),
        columns=effects(features.names_, bundle.model.explain(X)[1], of_now),
    )


def entries(history: LeadHistory, after: int, until: int) -> Snapshots:
    """Return leads as they come in: a week after their creation, or at it where they are flat.

    Those that come to be looked at later than `after`, and until `until`; an even sample of them
    where they are very many.
    """
    at = plan(replace(history, has_handoffs=False), [ENTRY_DAYS])
    rows = np.flatnonzero((at.as_of > after) & (at.as_of <= until))
    return at.take(even_sample(rows, MAX_LEADS))


def effects(names: list[str], contributions: Floats, now: Bools) -> list[Effect]:
    """Return how far each feature moved the mean log-odds; the largest first, then by name.

    Parameters
    ----------
    contributions
        Shape (n, p), to the log-odds of the readiness. What they moved adds up to what the mean
        log-odds moved.
    now
        Shape (n,), True for the leads of now.
    """
    moved = contributions[now].mean(axis=0) - contributions[~now].mean(axis=0)
    columns = [Effect(name, float(effect)) for name, effect in zip(names, moved, strict=True)]
    return sorted(columns, key=lambda column: (-abs(column.effect), column.name))
