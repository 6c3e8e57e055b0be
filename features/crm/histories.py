"""Tables of field changes, by the names of their columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from features.crm.data import object_files, table
from features.crm.names import canonical
from leadgate.config import FieldChangeColumns

_OLD_VALUE = "oldvalue"


def recognise_history(names: Iterable[str]) -> tuple[str, FieldChangeColumns] | None:
    """Return what a table of field changes is, and what its columns mean, or None.

    Either each row names a field and its value, or each row holds the values of several fields.
    """
    columns = {canonical(name): name for name in reversed(list(names))}
    for file in (*object_files(), "columns"):
        history = table(file).get("history")
        meant = _matched(history["columns"], columns) if history else None
        if history and meant:
            return history["name"], FieldChangeColumns.model_validate(meant)
    return None


def _matched(wanted: Mapping[str, list[str]], columns: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the columns of a known history; None unless every key but `fields` is there."""
    matched: dict[str, Any] = {
        key: next((columns[n] for n in map(canonical, names) if n in columns), None)
        for key, names in wanted.items()
        if key != "fields"
    }
    if not all(name for key, name in matched.items() if key != "old_value"):
        return None
    if "fields" in wanted:
        fields = [columns[n] for n in map(canonical, wanted["fields"]) if n in columns]
        return matched | {"fields": fields} if fields else None
    return matched | {"old_value": matched.get("old_value") or columns.get(_OLD_VALUE)}
