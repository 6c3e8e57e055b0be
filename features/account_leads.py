"""The other leads of the accounts of some leads, from the whole export."""

from __future__ import annotations

import pandas as pd

from features.tables import Tables


def with_others(
    leads: pd.DataFrame, activities: pd.DataFrame | None, export: Tables
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Put the other leads of their accounts beside some leads.

    Of the leads that are given, only what is given counts: their rows of the export, which may
    hold the same activities again, are left out, but their outcomes are not.

    Parameters
    ----------
    leads
        ``lead_id, account_id?, created_at`` and the attributes, canonical.
    activities
        Of these leads, canonical; None for none.
    export
        All leads.

    Returns
    -------
    leads, activities, outcomes : DataFrame
        Canonical, in no order; the others have no attributes.
    """
    everyone = export.leads
    if "account_id" not in leads or "account_id" not in everyone:
        here = export.outcomes["lead_id"].isin(leads["lead_id"])
        return leads, _joined(activities, export.activities[:0]), export.outcomes[here]
    accounts = set(leads["account_id"]) - {""}
    given = everyone["lead_id"].isin(leads["lead_id"])
    others = everyone[everyone["account_id"].isin(accounts) & ~given]
    others = others[["lead_id", "account_id", "created_at"]]
    theirs = export.activities[export.activities["lead_id"].isin(others["lead_id"])]
    everyone_here = pd.concat([leads["lead_id"], others["lead_id"]])
    return (
        pd.concat([leads, others], ignore_index=True),
        _joined(activities, theirs),
        export.outcomes[export.outcomes["lead_id"].isin(everyone_here)],
    )


def _joined(given: pd.DataFrame | None, other: pd.DataFrame) -> pd.DataFrame:
    return other if given is None else pd.concat([given, other], ignore_index=True)
