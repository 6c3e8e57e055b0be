"""The tables of an export, made of the objects that were pulled."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from features.pulled.converted import leads_of_contacts
from features.pulled.description import ActivityObject, Description
from features.pulled.handoffs import handoffs
from features.pulled.outcomes import outcomes
from leadgate.errors import DataError

LEADS, OUTCOMES, ACTIVITIES = "leads", "outcomes", "activities"
FIELD_CHANGES, HANDOFFS = "field_changes", "handoffs"
NAMES = (LEADS, OUTCOMES, ACTIVITIES, FIELD_CHANGES, HANDOFFS)


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
        OUTCOMES: outcomes(leads, read(crm.deals.object), history, crm),
        ACTIVITIES: _activities(read, leads, crm),
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
    read: Callable[[str], pd.DataFrame | None], leads: pd.DataFrame, crm: Description
) -> pd.DataFrame | None:
    """Return the activities of all objects, those of other people than leads apart."""
    made = [
        _of_leads(rows, each, leads, crm)
        for each in crm.activities
        if (rows := read(each.object)) is not None
    ]
    filled = [rows for rows in made if len(rows)]
    return pd.concat(filled, ignore_index=True) if filled else None


def _of_leads(
    rows: pd.DataFrame, each: ActivityObject, leads: pd.DataFrame, crm: Description
) -> pd.DataFrame:
    kept = ~rows[each.deleted].eq(True)
    if each.only:
        kept &= rows[each.only].eq(True)
    rows = rows[kept].reset_index(drop=True)
    occurred = rows.reindex(columns=list(each.occurred_at)).bfill(axis=1).iloc[:, 0]
    made = rows[list(each.columns.values())].set_axis(list(each.columns), axis=1)
    of_lead = made["lead_id"].isin(leads[crm.leads.columns["lead_id"]])
    if each.contact in rows:
        contacts = rows[each.contact].mask(of_lead)
        by_contact = leads_of_contacts(contacts, occurred, leads, crm.leads)
        made["lead_id"] = made["lead_id"].where(of_lead, by_contact)
        of_lead |= by_contact.notna()
    made = made.assign(type=rows[each.type] if each.type else each.named, occurred_at=occurred)
    return made[of_lead & made["occurred_at"].notna()]
