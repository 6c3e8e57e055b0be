"""Pull: read every object from where the last pull ended, one page after the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pyarrow as pa

from leadgate.connectors.connector import Connector, Wanted
from leadgate.connectors.pulled.folder import PulledFolder

Clean = Callable[[str, pa.Table], pa.Table]


def pull(
    connector: Connector,
    folder: PulledFolder,
    *,
    wanted: Wanted,
    clean: Clean,
    say: Callable[[str], None],
) -> dict[str, int]:
    """Read what is new of every object into a folder; killed, it goes on where it was.

    Parameters
    ----------
    wanted
        Which columns of texts are read; what is personal is never asked for.
    clean
        Takes out of the rows of an object what is not to be kept.
    say
        Is told how far it is.

    Returns
    -------
    dict
        For each object how many rows were read by this call.

    Raises
    ------
    CrmError
        If the CRM refuses, or cannot be reached; what was read is kept.
    """
    # What was decided is no fact about a lead: a model that learned from it would confirm itself.
    own = {field.name for field in connector.fields().values()}
    read: dict[str, int] = {}
    for name, id_column in connector.objects.items():
        read[name] = 0
        if folder.finished(name):
            continue
        for page in connector.read(name, folder.place(name), wanted):
            rows = page.rows.drop_columns([c for c in page.rows.column_names if c in own])
            folder.add(name, replace(page, rows=clean(name, rows)))
            read[name] += page.rows.num_rows
            say(f"{name}: {read[name]:,} rows")
        folder.finish(name, id_column, connector.present(name))
    folder.close(connector.again)
    return read
