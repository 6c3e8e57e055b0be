"""The tables of an export, made of the objects that were pulled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd

from features.pulled.description import ActivityObject, Description
from features.pulled.handoffs import handoffs
from features.pulled.outcomes import outcomes
from leadgate.errors import DataError

LEADS, OUTCOMES, ACTIVITIES = "leads", "outcomes", "activities"
FIELD_CHANGES, HANDOFFS = "field_changes", "handoffs"


def tables(
    read: Callable[[str], pd.DataFrame | None], crm: Description
) -> Mapping[str, pd.DataFrame]:
    """Return the tables that there are rows for, by name.

    Parameters
    ----------
    read
        Returns an object by its name in the CRM, None where it has no rows.

    Raises
    ------
    DataError
        ``no_leads``, if not one lead was pulled.
    """
    leads = read(crm.leads.object)
    if leads is None:
        raise DataError(
            f"Not one {crm.leads.object} was pulled.",
            code="no_leads",
            hint="Does the user of the log-in see any?",
        )
    history = read(crm.field_changes.object)
    made = {
        LEADS: leads.rename(columns={api: name for name, api in crm.leads.columns.items()}),
        OUTCOMES: outcomes(leads, read(crm.deals.object) if crm.deals else None, history, crm),
        ACTIVITIES: _activities(read, set(leads[crm.leads.columns["lead_id"]]), crm),
        FIELD_CHANGES: _field_changes(history, crm),
        HANDOFFS: handoffs(history, crm),
    }
    return {name: table for name, table in made.items() if table is not None and len(table)}


def _field_changes(history: pd.DataFrame | None, crm: Description) -> pd.DataFrame | None:
    """Return the changes of fields; those of owner and status are the handoffs and the outcomes."""
    if history is None:
        return None
    columns = crm.field_changes.columns
    elsewhere = history[columns["field"]].isin([crm.handoffs.owner, crm.handoffs.status])
    renamed = {api: name for name, api in columns.items()}
    return history.loc[~elsewhere, [*renamed]].rename(columns=renamed)


def _activities(
    read: Callable[[str], pd.DataFrame | None], leads: set[str], crm: Description
) -> pd.DataFrame | None:
    """Return the activities of all objects, those of other people than leads apart."""
    made = [
        _of_leads(rows, each, leads)
        for each in crm.activities
        if (rows := read(each.object)) is not None
    ]
    filled = [rows for rows in made if len(rows)]
    return pd.concat(filled, ignore_index=True) if filled else None


def _of_leads(rows: pd.DataFrame, each: ActivityObject, leads: set[str]) -> pd.DataFrame:
    kept = rows[each.columns["lead_id"]].isin(leads)
    if each.deleted:
        kept &= ~rows[each.deleted].eq(True)
    if each.only:
        kept &= rows[each.only].eq(True)
    rows = rows[kept]
    occurred = _first_filled(rows, each.occurred_at)
    made = rows[list(each.columns.values())].set_axis(list(each.columns), axis=1)
    kind = _first_filled(rows, each.type) if each.type else each.named
    made = made.assign(type=kind, occurred_at=occurred)
    return made[made["occurred_at"].notna()]


def _first_filled(rows: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    return rows[list(columns)].bfill(axis=1).iloc[:, 0]
