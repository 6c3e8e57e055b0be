"""Pull a CRM into a folder: its objects, without what is personal, and the tables of an export."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from features.crm.personal import named_personal, personal
from features.pulled.description import Description, description
from features.pulled.tables import NAMES, tables
from leadgate.connectors.connector import Connector
from leadgate.connectors.files import write_table
from leadgate.connectors.pulled.folder import STATE, PulledFolder, Source
from leadgate.connectors.pulled.pull import pull
from leadgate.errors import DataError


@dataclass(frozen=True)
class Pulled:
    """What a pull has read, by object of the CRM, and the rows of each table that is there now."""

    read: Mapping[str, int]
    tables: Mapping[str, int]


def pull_tables(connector: Connector, path: Path, say: Callable[[str], None]) -> Pulled:
    """Read what is new in a CRM, and write the tables of an export from all that was pulled.

    Raises
    ------
    CrmError
        If the CRM refuses, or cannot be reached; what was read is kept.
    DataError
        If the folder is of another CRM, damaged, holds tables of somebody else (``not_ours``), or
        not one lead was pulled.
    """
    _refuse_tables_of_others(path)
    meant = description(connector.name)
    folder = PulledFolder(path, Source(connector.name, connector.org))
    read = pull(
        connector,
        folder,
        wanted=lambda name: not named_personal(name),
        clean=lambda name, part: _without_personal(name, part, meant),
        say=say,
    )
    say("Writing the tables")
    return Pulled(read, _write(folder, meant))


def _refuse_tables_of_others(path: Path) -> None:
    """Refuse a folder whose tables no pull has written: they would be written over."""
    theirs = [name for name in NAMES if (path / f"{name}.parquet").exists()]
    if theirs and not (path / STATE).exists():
        raise DataError(
            f"{path}: {', '.join(f'{name}.parquet' for name in theirs)} came from no pull and "
            "would be written over.",
            code="not_ours",
            hint="Give a folder of its own: --into FOLDER",
        )


def _without_personal(name: str, part: pa.Table, meant: Description) -> pa.Table:
    """Leave out columns that hold personal data, and the changes of such fields.

    A change of owner is kept twice: with the names of people, and with their ids.
    """
    if name == meant.field_changes.object:
        rows = part.select(
            [meant.field_changes.columns[c] for c in ("field", "old_value", "value")]
        )
        return part.filter(
            pa.array([_names_nobody(meant, *row.values()) for row in rows.to_pylist()], pa.bool_())
        )
    texts = [field.name for field in part.schema if pa.types.is_string(field.type)]
    private = [n for n in texts if personal(n, part.column(n).unique().drop_null().to_pandas())]
    return part.drop_columns(private)


def _names_nobody(meant: Description, field: str | None, *values: str | None) -> bool:
    if field == meant.handoffs.owner:
        return all(
            value is None or re.fullmatch(meant.handoffs.ids, value, re.ASCII) for value in values
        )
    return not named_personal(field or "")


def _write(pulled: PulledFolder, meant: Description) -> dict[str, int]:
    def read(name: str) -> pd.DataFrame | None:
        held = pulled.table(name)
        return None if held is None else held.to_pandas()

    made: Mapping[str, pd.DataFrame] = tables(read, meant)
    for name, frame in made.items():
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        write_table(pulled.path / f"{name}.parquet", rows)
    for name in NAMES:
        path = pulled.path / f"{name}.parquet"
        if name not in made and path.exists():  # a configuration may name it
            write_table(path, pq.read_schema(path).empty_table())
    return {name: len(frame) for name, frame in made.items()}
