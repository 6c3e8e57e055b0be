"""The value of a field before its first change, which the table of leads no longer holds."""

from __future__ import annotations

import pandas as pd


def with_first_values(changes: pd.DataFrame, leads: pd.DataFrame) -> pd.DataFrame:
    """Add what each changed field was when its lead was created.

    A CRM overwrites fields in place, so the table of leads holds a field's last value. Until its
    first change a field had that change's old value; where that is not stated it is missing, never
    today's value. A field of a lead without any change is still as it was at creation.

    Parameters
    ----------
    changes
        ``lead_id, field, value, changed_at`` and maybe ``old_value``, canonical.
    leads
        ``lead_id, created_at``, canonical.

    Returns
    -------
    DataFrame
        `changes` and, for each lead and field whose first change is later than the creation, one
        more change at the creation.
    """
    if changes.empty:
        return changes
    ordered = changes.sort_values(["changed_at", "value"], kind="stable")
    first = ordered.drop_duplicates(["lead_id", "field"])
    created = first["lead_id"].map(leads.set_index("lead_id")["created_at"])
    before = first.assign(value=first.get("old_value", ""), changed_at=created)
    return pd.concat([changes, before[created < first["changed_at"]]], ignore_index=True)
