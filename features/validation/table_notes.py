"""What is worth knowing about the rows of an export, in plain sentences."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from features.parsing.times import micros
from features.validation.faults import Faults


def notes_on_rows(leads: pd.DataFrame, activities: pd.DataFrame, quarantine: Faults) -> list[str]:
    """Say, once for each reason, how many rows were rejected, and which ones are odd but count.

    Parameters
    ----------
    leads, activities
        Canonical tables, let in.
    quarantine
        The rows that were not.
    """
    notes = [
        f"{table}: {count:,} {'row was' if count == 1 else 'rows were'} rejected: {reason}."
        for table, reason, count in quarantine.summary()
    ]
    attributes = [name for name in leads.columns if isinstance(name, str)]
    empty = [name for name in attributes if (leads[name] == "").all()]
    if empty:
        notes.append(f"Empty in every row: {', '.join(empty)}.")
    if "created_at" in leads and len(activities):
        created = pd.Series(micros(leads["created_at"]), index=leads["lead_id"])
        occurred = micros(activities["occurred_at"])
        early = int((occurred < created.reindex(activities["lead_id"]).to_numpy()).sum())
        if early:
            notes.append(
                f"Activities before their lead was created, which count like others: {early:,}."
            )
        lead, _ = pd.factorize(activities["lead_id"])
        back = (np.diff(occurred) < 0) & (np.diff(lead) == 0)
        if back.any():
            notes.append(
                "Activities that come after a later one of their lead, which are put in order: "
                f"{int(back.sum()):,}."
            )
    return notes


def notes_on_changes(changes: pd.DataFrame, unused: pd.Series) -> Iterator[str]:
    """Say how many field changes are not used, or clear their field.

    Parameters
    ----------
    changes
        Canonical field changes, let in.
    unused
        Whether each is about a field that is never a feature.
    """
    if unused.any():
        yield f"Changes of fields that are never features, which are left out: {unused.sum():,}."
    cleared = int((changes.loc[~unused, "value"] == "").sum())
    if cleared:
        yield f"Changes to nothing, after which their field is missing: {cleared:,}."
