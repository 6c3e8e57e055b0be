"""`leadgate pull`: what happened in the CRM."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leadgate.cli.crm.session import CrmOption, alone, crm_settings, open_crm
from leadgate.cli.options import ConfigOption, JsonOption, flags
from leadgate.cli.output import Screen, table
from leadgate.cli.words import shown

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from features.pulled.description import Description
    from leadgate.connectors.pulled.folder import PulledFolder


def pull(
    crm: CrmOption = None,
    into: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Left out: crm.pulled, or pulled.")
    ] = None,
    config: ConfigOption = None,
    json: JsonOption = False,
) -> None:
    """Read leads, activities, histories and deals: first all, then what has changed."""
    from features.crm.personal import named_personal
    from features.pulled.description import description
    from leadgate.connectors.pulled.folder import PulledFolder, Source
    from leadgate.connectors.pulled.pull import pull as read

    screen = Screen("pull", as_json=json)
    settings, folder = crm_settings(config, crm)
    path = into or folder / settings.pulled
    with screen.work("Logging in") as progress, alone(path):
        connector = open_crm(settings)
        meant = description(settings.name)
        pulled = PulledFolder(path, Source(connector.name, connector.org))
        rows = read(
            connector,
            pulled,
            wanted=lambda name: not named_personal(name),
            clean=lambda name, part: _without_personal(name, part, meant),
            say=progress,
        )
        progress("Writing the tables")
        counts = _write(pulled, meant)
    facts = {
        "crm": connector.name,
        "org": connector.org,
        "folder": path,
        "read": rows,
        "tables": counts,
        "calls": connector.calls,
    }
    words = table(("table", "rows"), [(name, f"{n:,}") for name, n in counts.items()])
    screen.answer(
        facts,
        f"{sum(rows.values()):,} rows read from {connector.name} {connector.org} in "
        f"{connector.calls:,} calls, into {shown(path)}.",
        words,
        then=_then(settings.name, path, config),
    )


def _then(name: str, path: Path, config: Path | None) -> str:
    from leadgate.config import nearest

    if config or nearest(Path.cwd()):
        return "leadgate check" + flags(config)
    return f"leadgate init {shlex.quote(str(path))} --crm {name}"


def _without_personal(name: str, part: pa.Table, meant: Description) -> pa.Table:
    """Leave out columns that hold personal data, and the changes of such fields."""
    import pyarrow as pa

    from features.crm.personal import named_personal, personal

    if name == meant.field_changes.object:
        fields = part.column(meant.field_changes.columns["field"]).to_pylist()
        return part.filter(pa.array([not named_personal(field or "") for field in fields]))
    texts = [field.name for field in part.schema if pa.types.is_string(field.type)]
    private = [n for n in texts if personal(n, part.column(n).unique().drop_null().to_pandas())]
    return part.drop_columns(private)


def _write(pulled: PulledFolder, meant: Description) -> dict[str, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from features.pulled.tables import tables
    from leadgate.connectors.files import write_table

    def read(name: str) -> pd.DataFrame | None:
        held = pulled.table(name)
        return None if held is None else held.to_pandas()

    made: Mapping[str, pd.DataFrame] = tables(read, meant)
    for name, frame in made.items():
        rows = pa.Table.from_pandas(frame, preserve_index=False)
        write_table(pulled.path / f"{name}.parquet", rows)
    for path in pulled.path.glob("*.parquet"):
        if path.stem not in made:  # a configuration may name it
            write_table(path, pq.read_schema(path).empty_table())
    return {name: len(frame) for name, frame in made.items()}
