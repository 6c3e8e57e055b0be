"""Handoffs of what was pulled: when a person became the owner, when the lead was first worked."""

from __future__ import annotations

import pandas as pd

from features.crm.outcome_words import of_values
from features.pulled.description import Description


def handoffs(history: pd.DataFrame | None, crm: Description) -> pd.DataFrame | None:
    """Return one row for each lead that was handed off; None where the history shows none.

    A lead was handed off when its owner first became a person instead of a queue, to that person;
    it was worked when its status first left those of a lead that nobody has contacted. A lead that
    was closed at once was not worked.

    Returns
    -------
    DataFrame
        ``lead_id, handed_off_at, first_worked_at, person``.
    """
    if history is None:
        return None
    meant, columns = crm.handoffs, crm.field_changes.columns
    ordered = history.sort_values(columns["changed_at"], kind="stable")
    value = ordered[columns["value"]]
    to_person = ordered[
        ordered[columns["field"]].eq(meant.owner) & value.str.startswith(meant.users, na=False)
    ]
    first = to_person.drop_duplicates(columns["lead_id"])
    if first.empty:
        return None
    rows = pd.DataFrame(
        {
            "lead_id": first[columns["lead_id"]],
            "handed_off_at": first[columns["changed_at"]],
            "person": first[columns["value"]],
        }
    )
    statuses = ordered[ordered[columns["field"]].eq(meant.status)]
    values = statuses[columns["value"]]
    kinds = of_values(values.dropna().unique())
    work = statuses[~values.isin([*kinds.unworked, *kinds.lost]) & values.notna()]
    worked = work.drop_duplicates(columns["lead_id"]).set_index(columns["lead_id"])
    rows["first_worked_at"] = rows["lead_id"].map(worked[columns["changed_at"]])
    return rows.sort_values("lead_id", ignore_index=True)
