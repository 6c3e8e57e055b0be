"""The file that ``leadgate score`` wrote, with every row that cannot be pushed named at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from leadgate.cells import unescaped_column
from leadgate.connectors.place import literal
from leadgate.errors import DataError

_NEEDED = ("lead_id", "as_of", "readiness", "grade", "stage", "decision", "model_version")
# Rows of a fault that are named.
_NAMED = 5
_HINT = "Give a file that leadgate score wrote."


def read_scores(path: Path) -> pa.Table:
    """Read what ``leadgate score`` wrote; ids and texts stay text.

    Raises
    ------
    DataError
        ``bad_scores``, if it is no such file; names the rows without an id, of a lead that another
        row scores, with a readiness outside 0 to 1 or a time that is no instant.
    """
    try:
        table = pq.read_table(path) if path.suffix == ".parquet" else _csv(path)
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = "there is no such file" if not path.exists() else type(error).__name__
        raise DataError(f"{path}: it cannot be read ({reason}).", code="bad_scores") from None
    missing = [name for name in _NEEDED if name not in table.column_names]
    if missing:
        reason = f"it has no {', '.join(missing)}"
        raise DataError(f"{path}: {reason}.", code="bad_scores", hint=_HINT)
    twice = [name for name, n in Counter(table.column_names).items() if n > 1]
    if twice:
        reason = f"it has {', '.join(twice)} more than once"
        raise DataError(f"{path}: {reason}.", code="bad_scores", hint=_HINT)
    table = _with_numbers(path, table)
    faults = [fault for fault in _faults(table) if fault]
    if faults:
        raise DataError(f"{path}: {'; '.join(faults)}.", code="bad_scores", hint=_HINT)
    return table


def instant_of(as_of: object) -> str:
    """Return when a lead was scored, as CRMs take it; "" where it is no instant."""
    return literal(as_of.isoformat() if isinstance(as_of, datetime) else as_of)


def _csv(path: Path) -> pa.Table:
    with path.open(encoding="utf-8-sig") as file:
        names = file.readline()
    kinds = {name.strip().strip('"'): pa.string() for name in names.split(",")}
    table = pa_csv.read_csv(
        path,
        parse_options=pa_csv.ParseOptions(newlines_in_values=True),
        convert_options=pa_csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
    )
    for place, field in enumerate(table.schema):
        if pa.types.is_string(field.type):
            table = table.set_column(place, field, unescaped_column(table.column(place)))
    return table


def _with_numbers(path: Path, table: pa.Table) -> pa.Table:
    """Return the table with readiness as numbers, none where it is empty."""
    column = table.column("readiness")
    try:
        if pa.types.is_string(column.type):
            column = pc.if_else(pc.equal(column, ""), None, column)
        numbers = pc.cast(column, pa.float64())
    except pa.ArrowException:
        reason = "readiness holds something else than numbers"
        raise DataError(f"{path}: {reason}.", code="bad_scores", hint=_HINT) from None
    return table.set_column(table.column_names.index("readiness"), "readiness", numbers)


def _faults(table: pa.Table) -> Iterator[str]:
    ids = ["" if value is None else str(value) for value in table.column("lead_id").to_pylist()]
    counts = Counter(ids)
    numbers = table.column("readiness").to_pylist()
    times = table.column("as_of").to_pylist()
    yield _rows("lead_id is empty", [not lead.strip() for lead in ids])
    yield _rows("lead_id is that of another row", [bool(i) and counts[i] > 1 for i in ids])
    outside = [n is not None and not 0 <= n <= 1 for n in numbers]
    yield _rows("readiness is not between 0 and 1", outside)
    yield _rows("as_of is no instant with its time zone", [not instant_of(t) for t in times])


def _rows(what: str, wrong: list[bool]) -> str:
    """Return a fault with the first of its rows, counted below the header; "" for none."""
    rows = [str(n) for n, bad in enumerate(wrong, 1) if bad]
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    return f"{what} in row {', '.join(rows[:_NAMED])}{more}" if rows else ""
