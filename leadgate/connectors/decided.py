"""What a decision is on a lead's page: the fields, and their values as every CRM takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pyarrow as pa

from leadgate.connectors.connector import Field, Value
from leadgate.connectors.scores import instant_of
from leadgate.errors import ConfigError

# By what a field holds: as people read its name, and its kind.
LABELS: Mapping[str, tuple[str, str]] = {
    "readiness": ("Readiness", "number"),
    "grade": ("Readiness Grade", "text"),
    "stage": ("Readiness Stage", "text"),
    "trend": ("Readiness Trend", "text"),
    "decision": ("Readiness Decision", "text"),
    "person": ("Readiness Person", "text"),
    "reasons": ("Readiness Reasons", "long_text"),
    "model": ("Readiness Model", "text"),
    "scored": ("Readiness Scored At", "time"),
}
# These say when and by what a lead was scored: alone they are no reason to write.
ACCOMPANYING = frozenset({"model", "scored"})
DIGITS = 4
REASONS = 3
TEXT = 255
NOT_ENOUGH = "not enough info"
# Some CRMs refuse a whole call for a character that no page can show.
_UNSHOWN = dict.fromkeys([*range(32), 127, *range(0xD800, 0xE000)], " ")


def fields_named(name: Callable[[str], str], own: Mapping[str, str]) -> dict[str, Field]:
    """Return the fields of a CRM by what they hold; `own` are names that a firm has given.

    Raises
    ------
    ConfigError
        If `own` names something that no field holds.
    """
    unknown = sorted(set(own) - set(LABELS))
    if unknown:
        faults = [f"crm.fields.{key} is no field; there are {', '.join(LABELS)}" for key in unknown]
        raise ConfigError("leadgate.toml", faults)
    return {
        key: Field(own.get(key) or name(key), label, kind) for key, (label, kind) in LABELS.items()
    }


def decided(table: pa.Table) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield each lead with what its fields are to hold, by what they hold.

    A lead for review has no readiness, and its trend is not enough info.
    """
    for row in table.to_pylist():
        readiness = row["readiness"]
        abstains = readiness is None or row["decision"] == "review"
        reasons = [_text(row.get(f"reason_{n}")) for n in range(1, REASONS + 1)]
        yield (
            str(row["lead_id"]),
            {
                "readiness": None if readiness is None else round(float(readiness), DIGITS),
                "grade": _text(row["grade"]),
                "stage": _text(row["stage"]),
                "trend": NOT_ENOUGH if abstains else _text(row.get("trend")) or NOT_ENOUGH,
                "decision": _text(row["decision"]),
                "person": _text(row.get("person")),
                "reasons": "\n".join(filter(None, reasons)) or None,
                "model": _text(row["model_version"]),
                "scored": instant_of(row["as_of"]),
            },
        )


def _text(value: object) -> str | None:
    text = " ".join(str(value).translate(_UNSHOWN).split()) if value else ""
    return text[:TEXT].rstrip() or None
