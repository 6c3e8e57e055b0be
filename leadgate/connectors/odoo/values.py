"""Values as Odoo answers them, and as they are kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from leadgate.connectors.odoo.config import NUMBERS, PEOPLE


def type_of(kind: str) -> pa.DataType:
    """Return the type of a column of a kind of fields."""
    if kind in NUMBERS:
        return pa.float64()
    # A reference by number alone, such as that of a message to its lead, is an id.
    return pa.bool_() if kind == "boolean" else pa.string()


def value_of(value: Any, field: Mapping[str, Any]) -> str | float | bool | None:  # noqa: ANN401
    """Return a value without Odoo's ways: false for none, [id, name], instants without a zone."""
    kind = field["type"]
    if kind == "boolean":
        return bool(value)
    if value is None or value is False:
        return None
    if kind in NUMBERS:
        return float(value) if isinstance(value, int | float) else None
    if kind == "many2one" and isinstance(value, list):
        return str(value[0] if field.get("relation") in PEOPLE else value[-1])
    if kind == "many2one_reference":
        return str(value) if value else None
    return instant(str(value)) if kind == "datetime" else str(value)


def instant(text: str) -> str:
    """Return an instant of Odoo, which is UTC, as one that says so."""
    return text.replace(" ", "T") + "Z"
