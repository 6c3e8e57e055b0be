"""Whether matured handoffs were won as often as predicted, and what became of them by grade."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2

from experiments.figures.accounts import Accounts
from experiments.figures.share import Share
from experiments.monitor.error_rate import PERIOD_DAYS
from experiments.monitor.evidence import Decided
from features.history.lead_history import LeadHistory
from features.history.worked import ever_worked
from features.parsing.times import NAT, US_PER_DAY, micros
from features.stored_tables import answered, first_handoffs
from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.policy.participation import CALIBRATION, takes_part
from training.dataset.labels import stands_for
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL, bootstrap


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
        """Which of the leads sales worked."""
        return ever_worked(self.history)[self.lead]

    def won(self, horizon_days: float | None) -> Bools:
        """Which of the leads were won, within the horizon where there is one."""
        closes = self.history.closes[self.lead]
        won = self.history.won[self.lead] & (closes > self.as_of)
        if horizon_days is not None:
            won &= closes <= self.as_of + round(horizon_days * US_PER_DAY)
        return np.asarray(won)

    def mature(self, horizon_days: float | None) -> Bools:
        """Which of the leads can be evaluated when their observation ends."""
        if horizon_days is None:
            return np.asarray(self.history.closes[self.lead] != NAT)
        mature_at = self.as_of + round(horizon_days * US_PER_DAY)
        return np.asarray(mature_at <= self.history.ends[self.lead])


@dataclass(frozen=True)
class Calibration:
    """Wins that were predicted for matured handoffs, and actual ones.

    `ratio` is actual over predicted wins, 1 where readiness is right, with its 90 % interval, which
    holds for one look: it is no test (`experiments.monitor.evidence`).
    """

    leads: int
    won: int
    expected: float
    observed: float
    ratio: Metric


def handoffs_of(history: LeadHistory, decisions: pd.DataFrame) -> Handoffs:
    """Return the first handoff of each lead of a history, without those of challengers in shadow.

    What a person handed off is left out (`leadgate.policy.participation`).

    Parameters
    ----------
    decisions
        As `serving.store.StoredTables.decisions`, oldest first.
    """
    first = first_handoffs(answered(decisions))
    first = first[first["lead_id"].isin(history.lead_ids) & first["readiness"].notna()]
    if "ruled_by" in first:
        first = first[takes_part(CALIBRATION, first["ruled_by"], first["arm"])]
    return Handoffs(
        history=history,
        lead=history.index_of(first["lead_id"]),
        as_of=micros(first["as_of"]),
        readiness=first["readiness"].to_numpy(np.float64),
        propensity=first["propensity"].to_numpy(np.float64),
        grade=first["grade"].to_numpy(object),
    )


def calibration(handoffs: Handoffs, horizon_days: float | None) -> Calibration | None:
    """Compare the readiness of matured, worked handoffs with their wins; None without any.

    Each stands for those like it that were held back (`training.dataset.gate_weights`). The
    interval is the wider one of the bootstrap by account and of the count of wins (Garwood 1936).
    """
    rows = np.flatnonzero(handoffs.mature(horizon_days) & handoffs.worked)
    if not rows.size:
        return None
    won = handoffs.won(horizon_days)[rows].astype(np.float64)
    expected = handoffs.readiness[rows]
    weight = stands_for(handoffs.history)[handoffs.lead[rows]]

    def ratio(w: Floats) -> Floats:
        return np.asarray((w @ won) / (w @ expected))

    account = handoffs.history.accounts[handoffs.lead[rows]]
    low, high = bootstrap(ratio, account, weight)
    value, wins = float(ratio(weight)), int(won.sum())
    least, most = _of_counts(wins, wins / value if wins else float(expected.sum()))
    total = float(weight.sum())
    return Calibration(
        leads=rows.size,
        won=wins,
        expected=float(weight @ expected) / total,
        observed=float(weight @ won) / total,
        ratio=Metric(value, min(float(low), least), max(float(high), most), 1.0),
    )


def _of_counts(wins: int, predicted: float) -> tuple[float, float]:
    """Return the interval of actual over predicted wins, by the count of wins alone."""
    tail = (1.0 - LEVEL) / 2
    least = float(chi2.ppf(tail, 2 * wins)) / 2 if wins else 0.0
    return least / predicted, float(chi2.ppf(1.0 - tail, 2 * wins + 2)) / 2 / predicted


def decided(handoffs: Handoffs, horizon_days: float | None, since: int) -> Decided:
    """Return the matured, worked handoffs since the training, by the period they matured in.

    Each counts by itself: while it is won as predicted, so is any weighted sum of them, and weights
    would add nothing but noise.

    Parameters
    ----------
    since
        The end of the training's data, microseconds UTC; `NAT`: the first handoff.
    """
    rows = np.flatnonzero(
        handoffs.mature(horizon_days) & handoffs.worked & (handoffs.as_of > since)
    )
    as_of, lead = handoffs.as_of[rows], handoffs.lead[rows]
    days = 0.0 if horizon_days is None else horizon_days
    matured_at = as_of + round(days * US_PER_DAY)
    if horizon_days is None:
        matured_at = np.maximum(as_of, handoffs.history.closes[lead])
    first = since if since != NAT else int(as_of.min(initial=0))
    first += round(days * US_PER_DAY)
    period = (matured_at - first) // round(PERIOD_DAYS * US_PER_DAY)
    won = handoffs.won(horizon_days)[rows].astype(np.float64)
    return Decided(period, won, handoffs.readiness[rows], handoffs.history.accounts[lead])


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
    accounts = Accounts(handoffs.history.accounts[handoffs.lead])
    return {
        name: {
            "worked": accounts.share(worked, group, "handoffs"),
            "won": accounts.share(won, group & evaluated, "handoffs"),
        }
        for name, group in groups.items()
    }
