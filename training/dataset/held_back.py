"""Leads that a gate held back: sales did not work them, whatever became of them.

A CRM that closes them as lost by itself makes no negatives of the worked arm of them; one that
reports that sales worked a lead nevertheless is believed.
"""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from features.stored_tables import first_handoffs
from leadgate.policy import NURTURE, RECYCLE, REVIEW


def first_held_back(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the first decision on each lead that the gate held back and never handed off.

    To wait for a review is to wait: what comes after it decides (as in `gate_weights`).

    Parameters
    ----------
    decisions
        Those that were answered, oldest first.
    """
    handed_off = first_handoffs(decisions)["lead_id"]
    recycled = decisions.loc[decisions["decision"] == RECYCLE, "lead_id"]
    first = decisions[decisions["decision"] != REVIEW].drop_duplicates("lead_id")
    never = ~first["lead_id"].isin(handed_off) & ~first["lead_id"].isin(recycled)
    return first[(first["decision"] == NURTURE) & never]


def with_held_back(
    outcomes: pd.DataFrame, decisions: pd.DataFrame, worked: Collection[str]
) -> pd.DataFrame:
    """Mark the leads that were only ever held back as not worked.

    Those that wait for somebody's review as well, while nothing became of them.

    Parameters
    ----------
    outcomes
        One row a lead, as `features.tables.Tables.outcomes`.
    decisions
        As above.
    worked
        Leads of which it is reported that sales worked them.
    """
    held = first_held_back(decisions).set_index("lead_id")["as_of"]
    held = held[~held.index.isin(worked)]
    began = held.reindex(outcomes["lead_id"]).set_axis(outcomes.index)
    # What closed before the gate was asked is none of its doing.
    of_gate = began.notna() & ~(outcomes["closed_at"] < began)
    marked = outcomes.assign(worked=outcomes["worked"] & ~of_gate)
    waiting = decisions["decision"].isin([NURTURE, REVIEW]).groupby(decisions["lead_id"]).all()
    open_ones = {*held.index, *waiting.index[waiting]}.difference(outcomes["lead_id"], worked)
    rest = pd.DataFrame({"lead_id": pd.Series(sorted(open_ones), dtype="str")})
    rest = rest.assign(outcome="", worked=False).reindex(columns=outcomes.columns)
    rest = rest.astype({name: outcomes[name].dtype for name in outcomes.columns})
    return pd.concat([marked, rest], ignore_index=True) if len(rest) else marked
