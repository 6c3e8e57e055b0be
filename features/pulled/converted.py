"""Activities of converted leads: Salesforce moves them to the contact that a lead became."""

from __future__ import annotations

import pandas as pd

from features.pulled.description import LeadObject


def leads_of_contacts(
    contacts: pd.Series, occurred_at: pd.Series, leads: pd.DataFrame, meant: LeadObject
) -> pd.Series:
    """Return for each activity of a contact the lead that it was of; missing where of none.

    A contact can stand for several leads: an activity is of the one that was created last before
    it, until the day on which that lead was converted. What came earlier or later is the contact's
    own. Without it a lead that was won would be one that nobody ever spoke to.

    Parameters
    ----------
    contacts, occurred_at
        Of the activities: the id of the contact, and the time as the CRM writes it.
    leads
        The object of leads.
    """
    nobody = pd.Series(None, index=contacts.index, dtype="object")
    if meant.contact not in leads or meant.converted_at not in leads:
        return nobody
    # A day has no time, and an activity may bear a day alone.
    became = pd.DataFrame(
        {
            "contact": leads[meant.contact],
            "lead": leads[meant.columns["lead_id"]],
            "day": _day(leads[meant.columns["created_at"]]),
            "last": _day(leads[meant.converted_at]),
        }
    ).dropna(subset=["contact", "day"])
    asked = pd.DataFrame({"contact": contacts, "day": _day(occurred_at), "row": contacts.index})
    asked = asked[asked["contact"].isin(became["contact"])].dropna(subset=["day"])
    if asked.empty:
        return nobody
    joined = pd.merge_asof(
        asked.sort_values("day"), became.sort_values("day"), on="day", by="contact"
    )
    own = joined[joined["lead"].notna() & ~(joined["day"] > joined["last"])]
    nobody.loc[own["row"]] = own["lead"].to_numpy()
    return nobody


def _day(times: pd.Series) -> pd.Series:
    return pd.to_datetime(times, utc=True, format="ISO8601", errors="coerce").dt.floor("D")
