"""Whether the decisions that have matured kept what they promised."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from experiments.figures.shares import Bootstrap, Share
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY, micros
from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.policy import HAND_OFF
from training.dataset.labels import LEAST_PROPENSITY
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL, bootstrap

# A promise is kept while wins are within a tenth of what was expected.
WITHIN = (1 / 1.1, 1.1)


@dataclass(frozen=True)
class Handoffs:
    """The first handoff of each lead; every array has shape (n,).

    Attributes
    ----------
    lead
        Position in the history.
    as_of
        Microseconds since the epoch, UTC.
    readiness, propensity, grade
        As they were decided with.
    """

    history: LeadHistory
    lead: Ints
    as_of: Ints
    readiness: Floats
    propensity: Floats
    grade: Texts

    @property
    def worked(self) -> Bools:
        """Which of the leads sales worked; all but the known ones where nothing says."""
        worked = ~self.history.unworked[self.lead]
        if self.history.has_handoffs:
            worked &= self.history.first_worked[self.lead] != NAT
        return np.asarray(worked)

    def won(self, horizon_days: float | None) -> Bools:
        """Which of the leads were won, within the horizon where there is one."""
        closes = self.history.closes[self.lead]
        won = self.history.won[self.lead] & (closes > self.as_of)
        if horizon_days is not None:
            won &= closes <= self.as_of + round(horizon_days * US_PER_DAY)
        return np.asarray(won)

    def mature(self, horizon_days: float | None) -> Bools:
        """Which of the leads can be judged by the end of the data."""
        if horizon_days is None:
            return np.asarray(self.history.closes[self.lead] != NAT)
        ripe = self.as_of + round(horizon_days * US_PER_DAY)
        return np.asarray(ripe <= self.history.until)


@dataclass(frozen=True)
class Promise:
    """What matured handoffs were expected to win, and what came.

    `ratio` is wins over expected wins, 1 where the promise is kept, with its 90 % interval.
    """

    leads: int
    won: int
    expected: float
    observed: float
    ratio: Metric

    @property
    def alarming(self) -> bool:
        """Whether the whole interval lies outside a tenth around 1."""
        return self.ratio.high < WITHIN[0] or self.ratio.low > WITHIN[1]


def handoffs_of(history: LeadHistory, decisions: pd.DataFrame) -> Handoffs:
    """Return the first handoff of each lead of a history, without those of challengers in shadow.

    Parameters
    ----------
    decisions
        As `serving.store.StoredTables.decisions`, oldest first.
    """
    known = decisions["lead_id"].isin(history.lead_ids)
    real = ~decisions["shadow"].astype(bool) & (decisions["decision"] == HAND_OFF) & known
    first = decisions[real & decisions["readiness"].notna()].drop_duplicates("lead_id")
    return Handoffs(
        history=history,
        lead=history.index_of(first["lead_id"]),
        as_of=micros(first["as_of"]),
        readiness=first["readiness"].to_numpy(np.float64),
        propensity=first["propensity"].to_numpy(np.float64),
        grade=first["grade"].to_numpy(object),
    )


def promise(handoffs: Handoffs, horizon_days: float | None) -> Promise | None:
    """Compare the readiness of matured, worked handoffs with their wins; None without any.

    Each stands for those like it that were held back, by its clipped inverse propensity. The
    interval is the wider one of the bootstrap by account and of the count of wins (Garwood 1936).
    """
    rows = np.flatnonzero(handoffs.mature(horizon_days) & handoffs.worked)
    if not rows.size:
        return None
    won = handoffs.won(horizon_days)[rows].astype(np.float64)
    expected = handoffs.readiness[rows]
    weight = 1.0 / np.maximum(handoffs.propensity[rows], LEAST_PROPENSITY)

    def ratio(w: Floats) -> Floats:
        return np.asarray((w @ won) / (w @ expected))

    account = handoffs.history.accounts[handoffs.lead[rows]]
    low, high = bootstrap(ratio, account, weight)
    value, wins = float(ratio(weight)), int(won.sum())
    least, most = _of_counts(wins, wins / value if wins else float(expected.sum()))
    total = float(weight.sum())
    return Promise(
        leads=rows.size,
        won=wins,
        expected=float(weight @ expected) / total,
        observed=float(weight @ won) / total,
        ratio=Metric(value, min(float(low), least), max(float(high), most), 1.0),
    )


def _of_counts(wins: int, due: float) -> tuple[float, float]:
    """Return the interval of wins over those due, by the count of wins alone."""
    tail = (1.0 - LEVEL) / 2
    least = float(chi2.ppf(tail, 2 * wins)) / 2 if wins else 0.0
    return least / due, float(chi2.ppf(1.0 - tail, 2 * wins + 2)) / 2 / due


def by_grade(handoffs: Handoffs, horizon_days: float | None) -> dict[str, dict[str, Share]]:
    """Return, by grade, the share worked of all handoffs, and the share won of matured worked ones.

    "all" comes first, then the grades from the best on.
    """
    if not handoffs.lead.size:
        return {}
    worked, won = handoffs.worked, handoffs.won(horizon_days)
    evaluated = worked & handoffs.mature(horizon_days)
    groups = {"all": np.ones(worked.size, dtype=bool)}
    groups |= {str(g): handoffs.grade == g for g in sorted(set(handoffs.grade)) if g}
    draws = Bootstrap(handoffs.history.accounts[handoffs.lead])
    found = draws.shares(
        [kind for _ in groups for kind in (worked, won)],
        [whole for group in groups.values() for whole in (group, group & evaluated)],
    )
    pairs = zip(found[::2], found[1::2], strict=True)
    return {
        name: {"worked": of_all, "won": of_worked}
        for name, (of_all, of_worked) in zip(groups, pairs, strict=True)
    }
