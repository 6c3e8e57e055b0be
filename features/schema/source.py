"""One table that the configuration names: where it lies, how it is called, what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePath

import pandas as pd

from features.io.databases import read_database
from features.io.files import read_table
from features.io.raw_table import RawTable
from features.validation.faults import Faults
from leadgate.config import Config
from leadgate.database import Database, FileOrDatabase, Sheet


@dataclass(frozen=True)
class Source:
    """One table of the export: its name and what it holds, under the export's column names."""

    name: str
    raw: RawTable

    @property
    def frame(self) -> pd.DataFrame:
        """All its rows."""
        return self.raw.frame

    @property
    def faults(self) -> Faults:
        """The rows that were rejected before anything of them was read."""
        return self.raw.faults


def read_source(config: Config, source: FileOrDatabase, key: str) -> RawTable:
    """Read one table of a configuration as it stands.

    Parameters
    ----------
    source
        A file or a database.
    key
        Where the configuration names it, such as ``leads``, for messages.

    Raises
    ------
    DataError
        As `read_table` and `read_database`.
    ConfigError
        If it names an environment variable that is not set.
    """
    where, data = f"data.{key}", config.data
    if isinstance(source, Database):
        return RawTable.of(read_database(config.url(source), source, where=where))
    return read_table(
        config.path(source),
        sheet=source.sheet if isinstance(source, Sheet) else None,
        separator=data.separator,
        encoding=data.encoding,
        where=where,
    )


def name_of(source: FileOrDatabase, key: str) -> str:
    """Return how messages and the quarantine call a table: its file, its table, or its key."""
    if isinstance(source, Database):
        return source.table or f"query of data.{key}"
    if isinstance(source, Sheet):
        return f"{Path(source.path).name}, sheet {source.sheet}"
    return Path(source).name


def stem_of(source: FileOrDatabase) -> str:
    """Return what stands before the columns of a table of attributes that the leads have, too."""
    if isinstance(source, Database):
        return (source.table or "lookup").rpartition(".")[2]
    if isinstance(source, Sheet):
        return source.sheet
    return PurePath(source).name.split(".")[0]


def whole_name(source: FileOrDatabase, key: str) -> str:
    """Return `name_of` a table, and where it lies."""
    if isinstance(source, Sheet):
        return f"{source.path}, sheet {source.sheet}"
    return f"{source.table} of data.{key}" if isinstance(source, Database) else source
