"""The scores that were given 90 days ago, against what came of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from experiments.figures.accounts import Accounts
from experiments.figures.share import Share
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY, micros
from leadgate.arrays import Bools, Floats, Ints
from leadgate.policy import HAND_OFF

DAYS, WINDOW_DAYS = 90.0, 30.0
ALL = "all"


@dataclass(frozen=True)
class Given:
    """Leads that were scored alike 90 to 120 days ago.

    Attributes
    ----------
    decision
        ``handed off`` or ``held back``, by the first decision of these days. Readiness is the
        chance of a lead that sales works, so that fewer wins are to be expected of those held back.
    grade
        "all" first.
    predicted
        Their mean readiness then.
    won
        The share won by now, within the horizon where there is one.
    """

    decision: str
    grade: str
    predicted: float
    won: Share

    def to_dict(self) -> dict[str, Any]:
        """Return the group for JSON."""
        return {**vars(self), "won": self.won.to_dict()}


def given_earlier(
    history: LeadHistory, decisions: pd.DataFrame, horizon_days: float | None, now: int
) -> list[Given]:
    """Return what came of the leads that were decided on 90 to 120 days before an instant.

    Parameters
    ----------
    decisions
        As `serving.store.StoredTables.decisions`, oldest first.
    now
        Microseconds since the epoch, UTC.
    """
    newest = now - round(DAYS * US_PER_DAY)
    rows = first_decisions(history, decisions, newest - round(WINDOW_DAYS * US_PER_DAY), newest)
    if rows.empty:
        return []
    lead = history.index_of(rows["lead_id"])
    readiness = rows["readiness"].to_numpy(np.float64)
    accounts = Accounts(history.accounts[lead])
    won = won_since(history, lead, micros(rows["as_of"]), horizon_days)
    handed_off = (rows["decision"] == HAND_OFF).to_numpy(bool)
    grades = rows["grade"].to_numpy(object)
    result = []
    for name, kind in (("handed off", handed_off), ("held back", ~handed_off)):
        for grade in (ALL, *sorted({str(g) for g in grades[kind]} - {""})):
            group = kind & ((grades == grade) | (grade == ALL))
            if group.any():
                share = accounts.share(won, group)
                result.append(Given(name, grade, _mean(readiness, group), share))
    return result


def first_decisions(
    history: LeadHistory, decisions: pd.DataFrame, after: int, until: int
) -> pd.DataFrame:
    """Return the first decision of each lead of a history in some time, with a readiness.

    Those of challengers in shadow do not count.
    """
    as_of = micros(decisions["as_of"])
    inside = (as_of > after) & (as_of <= until) & ~decisions["shadow"].to_numpy(bool)
    inside &= decisions["readiness"].notna().to_numpy(bool)
    inside &= decisions["lead_id"].isin(history.lead_ids).to_numpy(bool)
    first: pd.DataFrame = decisions[inside].drop_duplicates("lead_id")
    return first


def won_since(history: LeadHistory, lead: Ints, as_of: Ints, horizon_days: float | None) -> Bools:
    """Return which leads were won after an instant, within the horizon where there is one."""
    closes = history.closes[lead]
    won = history.won[lead] & (closes != NAT) & (closes > as_of)
    if horizon_days is not None:
        won &= closes <= as_of + round(horizon_days * US_PER_DAY)
    return np.asarray(won)


def _mean(values: Floats, group: Bools) -> float:
    return float(values[group].mean())
