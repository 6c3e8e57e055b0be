"""What a decision is on a lead's page: the fields, and their values as every CRM takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from leadgate.cells import unescaped_column
from leadgate.connectors.connector import Field, Value
from leadgate.errors import ConfigError, DataError

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
_NEEDED = ("lead_id", "as_of", "readiness", "grade", "stage", "decision", "model_version")
_LIKE_NUMBERS = {"readiness"}


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


def read_scores(path: Path) -> pa.Table:
    """Read what ``leadgate score`` wrote; ids and texts stay text.

    Raises
    ------
    DataError
        If it is no such file.
    """
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else _csv(path)
    except (pa.ArrowInvalid, OSError) as error:
        reason = "there is no such file" if not path.exists() else type(error).__name__
        raise DataError(f"{path}: it cannot be read ({reason}).", code="bad_scores") from None
    missing = [name for name in _NEEDED if name not in table.column_names]
    if missing:
        raise DataError(
            f"{path}: it has no {', '.join(missing)}.",
            code="bad_scores",
            hint="Give a file that leadgate score wrote.",
        )
    return table


def _csv(path: Path) -> pa.Table:
    with path.open(encoding="utf-8") as file:
        names = file.readline()
    kinds = {name.strip().strip('"'): pa.string() for name in names.split(",")}
    options = pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False)
    parsed = pa_csv.ParseOptions(newlines_in_values=True)
    table = pa_csv.read_csv(path, parse_options=parsed, convert_options=options)
    for place, name in enumerate(table.column_names):
        table = table.set_column(place, name, unescaped_column(table.column(name)))
    for name in _LIKE_NUMBERS & set(table.column_names):
        column = table.column(name)
        text = pc.if_else(pc.equal(column, ""), None, column)
        place = table.column_names.index(name)
        table = table.set_column(place, name, pc.cast(text, pa.float64()))
    return table


def decided(table: pa.Table) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield each lead with what its fields are to hold, by what they hold.

    A lead for review has no readiness, and its trend is not enough info.
    """
    for row in table.to_pylist():
        readiness = row["readiness"]
        abstains = readiness is None or row["decision"] == "review"
        reasons = [str(row.get(f"reason_{n}") or "") for n in range(1, REASONS + 1)]
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
                "scored": _text(row["as_of"]),
            },
        )


def _text(value: object) -> str | None:
    return str(value)[:TEXT] if value else None
