"""Outcomes of what was pulled: of the deal that a lead became, else by the words of its status."""

from __future__ import annotations

import pandas as pd

from features.crm.outcome_words import of_values
from features.pulled.description import Description, EndedLead, LeadObject

COLUMNS = ("lead_id", "outcome", "closed_at", "amount", "recorded_at")


def outcomes(
    leads: pd.DataFrame, deals: pd.DataFrame | None, history: pd.DataFrame | None, crm: Description
) -> pd.DataFrame:
    """Return one row for each lead that has ended.

    Parameters
    ----------
    leads, deals, history
        Objects as they were pulled; None where there are no rows of one.
    crm
        What their columns mean.

    Returns
    -------
    DataFrame
        ``lead_id, outcome, closed_at, amount, recorded_at``, as the CRM writes times; a loss that
        nothing dates has neither time.
    """
    if crm.ended is not None:
        return _by_themselves(leads, crm.leads, crm.ended)
    by_deal = _by_deal(leads, deals, crm)
    rest = leads[~leads[crm.leads.columns["lead_id"]].isin(by_deal["lead_id"])]
    made = [by_deal, _by_status(rest, history, crm)]
    rows = pd.concat([each for each in made if len(each)] or made[:1], ignore_index=True)
    return rows.sort_values("lead_id", ignore_index=True)[list(COLUMNS)]


def _by_themselves(leads: pd.DataFrame, lead: LeadObject, ended: EndedLead) -> pd.DataFrame:
    outcome = leads[ended.column].map({ended.won: "won", ended.lost: "lost"})
    rows = pd.DataFrame(
        {
            "lead_id": leads[lead.columns["lead_id"]],
            "outcome": outcome,
            "closed_at": leads[ended.closed_at],
            "amount": leads[ended.amount].where(outcome == "won"),
            "recorded_at": leads[ended.closed_at],
        }
    )
    return rows[outcome.notna()].sort_values("lead_id", ignore_index=True)[list(COLUMNS)]


def _by_deal(leads: pd.DataFrame, deals: pd.DataFrame | None, crm: Description) -> pd.DataFrame:
    columns = crm.deals
    if columns is None or deals is None:
        return pd.DataFrame(columns=list(COLUMNS), dtype="str")
    ended = deals[deals[columns.closed].eq(True) & ~deals[columns.deleted].eq(True)]
    named = leads[[crm.leads.columns["lead_id"], columns.of_lead]]
    named = named.set_axis(["lead_id", "deal_id"], axis=1)
    joined = named.merge(ended, left_on="deal_id", right_on=columns.id)
    return pd.DataFrame(
        {
            "lead_id": joined["lead_id"],
            "outcome": joined[columns.won].eq(True).map({True: "won", False: "lost"}),
            "closed_at": joined[columns.closed_at],
            "amount": joined[columns.amount],
            "recorded_at": joined[columns.recorded_at],
        }
    )


def _by_status(leads: pd.DataFrame, history: pd.DataFrame | None, crm: Description) -> pd.DataFrame:
    assert crm.status is not None
    lead_id, said = crm.leads.columns["lead_id"], crm.status.column
    status = leads[said]
    lost = leads[status.isin(of_values(status.dropna().unique()).lost)]
    rows = pd.DataFrame({"lead_id": lost[lead_id], "outcome": "lost", "amount": float("nan")})
    if history is None:
        return rows.assign(closed_at=None, recorded_at=None)
    columns = crm.field_changes.columns
    changes = history[history[columns["field"]] == said]
    now = lost[[lead_id, said]].merge(
        changes,
        left_on=[lead_id, said],
        right_on=[columns["lead_id"], columns["value"]],
    )
    last = now.groupby(columns["lead_id"])[columns["changed_at"]].max()
    closed = rows["lead_id"].map(last)
    return rows.assign(closed_at=closed, recorded_at=closed)
