"""When and how each lead closed: one outcome per lead, with a time that can be."""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.parsing.times import NAT, begins_day, day_end, micros, now, timestamps
from features.schema.canonical import Place
from leadgate.arrays import Bools
from leadgate.config import OutcomeActivities

_NO_TIMES = timestamps(np.zeros(0, dtype=np.int64))
NONE = pd.DataFrame(
    {
        Place.TABLE: pd.Series(dtype="str"),
        Place.ROW: pd.Series(dtype="int64"),
        "lead_id": pd.Series(dtype="str"),
        "outcome": pd.Series(dtype="str"),
        "closed_at": _NO_TIMES,
        "amount": pd.Series(dtype="float64"),
        "worked": pd.Series(dtype="bool"),
        "recorded_at": _NO_TIMES,
    }
)


def from_activities(activities: pd.DataFrame, types: OutcomeActivities) -> pd.DataFrame:
    """Return the outcomes that activities are: each lead's first one decides.

    Parameters
    ----------
    activities
        Canonical activities.
    types
        Which types are a win and which a loss; a win at the same instant comes first.
    """
    deciding = activities[activities["type"].isin([*types.won, *types.lost])]
    won = deciding["type"].isin(types.won)
    first = (
        deciding.assign(
            outcome=np.where(won, "won", "lost"),
            later=~won,
            closed_at=deciding["occurred_at"],
            amount=np.nan,
            worked=True,
        )
        .sort_values(["closed_at", "later"], kind="stable")
        .drop_duplicates("lead_id")
    )
    return first[list(NONE.columns)]


def one_per_lead(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Keep one outcome of each lead: its first win, else its last loss; worked if ever worked."""
    if not outcomes["lead_id"].duplicated().any():
        return outcomes
    kind = outcomes["outcome"].map({"won": 0, "lost": 1, "": 2})
    closed = micros(outcomes["closed_at"])
    # A loss without a time counts as closed at the end of the data, so it is the last one.
    rank = np.where(kind == 0, np.where(closed == NAT, np.iinfo(np.int64).max, closed), ~closed)
    worked = outcomes.groupby("lead_id")["worked"].transform("any")
    ordered = outcomes.assign(worked=worked, kind=kind, rank=rank)
    best = ordered.sort_values(["kind", "rank"], kind="stable").drop_duplicates("lead_id")
    return best.sort_index().drop(columns=["kind", "rank"])


def until_day_ends(outcomes: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Let each lead that closed on a day, not at an instant, close when that day ends.

    Where some times have a time of day, a close on the day of creation would otherwise come before
    it.
    """
    closed, present = micros(outcomes["closed_at"]), now()
    on_day = begins_day(closed, timezone) & (closed <= present)
    end = np.where(on_day, np.minimum(day_end(closed, timezone), present), closed)
    recorded = micros(outcomes["recorded_at"])
    recorded = np.where((end == NAT) | (recorded == NAT), recorded, np.maximum(recorded, end))
    return outcomes.assign(closed_at=timestamps(end).array, recorded_at=timestamps(recorded).array)


def before_creation(outcomes: pd.DataFrame, leads: pd.DataFrame, *, of_leads: bool) -> Bools:
    """Mark outcomes that close before their lead was created; shape (n_outcomes,).

    Parameters
    ----------
    outcomes, leads
        Canonical, let in.
    of_leads
        Whether the outcomes are columns of the leads: each is of the lead in its row.
    """
    if of_leads:
        lead = np.searchsorted(leads[Place.ROW], outcomes[Place.ROW])
    else:
        ids = pd.Index(leads["lead_id"].to_numpy(dtype=object))
        lead = ids.get_indexer(outcomes["lead_id"].to_numpy(dtype=object))
    closed = micros(outcomes["closed_at"])
    return np.asarray((closed != NAT) & (closed < micros(leads["created_at"])[lead]))
