"""The guessed meaning of the columns of a table of handoffs."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

import pandas as pd

from features.profiling import roles
from features.profiling.activities import holding_ids
from features.profiling.column_profile import ColumnProfile
from features.profiling.toml import pair
from features.schema.canonical import HANDOFFS
from leadgate.errors import DataError

_TIMES = {"handed_off_at": roles.HANDED_OFF_AT, "first_worked_at": roles.FIRST_WORKED_AT}


def guess_handoffs(frame: pd.DataFrame, path: Path, lead_ids: pd.Series) -> list[str]:
    """Return the section that says what the columns of a table of handoffs are called.

    Parameters
    ----------
    frame
        The table.
    path
        Its file, for messages.
    lead_ids
        The distinct ids of the leads.

    Returns
    -------
    list
        Where they have the names that they are declared under, no more than a comment: which of
        the other columns nothing reads.

    Raises
    ------
    DataError
        ``missing_column``: it has no rows, or no column says when leads were handed off.
        ``no_lead_ids``: none holds ids of the leads.
    """
    if set(HANDOFFS.needed) <= set(frame.columns):
        return _unread(path, set(frame.columns) - {column.name for column in HANDOFFS.columns})
    profiles = ColumnProfile.of(frame)
    columns: dict[str, str | None] = {"lead_id": holding_ids(profiles, lead_ids, path)}
    for key, role in _TIMES.items():
        columns[key] = role.find(profiles, columns.values())
    if columns["handed_off_at"] is None:
        raise DataError(
            f"{path.name}: no column of times is named like the handoff of a lead.",
            code="missing_column",
            hint=f"Call it handed_off_at. Its columns: {', '.join(p.name for p in profiles)}.",
        )
    columns["person"] = roles.PERSON.find(profiles, columns.values())
    others = {key: name for key, name in columns.items() if name and name != key}
    unread = {profile.name for profile in profiles} - set(columns.values())
    section = ["[data.handoff_columns]", *(pair(key, name) for key, name in others.items())]
    return [*section, *_unread(path, unread)]


def _unread(path: Path, names: Collection[str | None]) -> list[str]:
    """Return a comment that names the columns that have no meaning for a handoff."""
    listed = ", ".join(sorted(json.dumps(name, ensure_ascii=False) for name in names))
    return [f"# nothing reads these columns of {path.name}: {listed}"] if names else []
