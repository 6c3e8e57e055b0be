"""One table that the configuration names: where it lies, how it is called, what it holds."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from glob import glob
from pathlib import Path, PurePath

import pandas as pd

from features.io.databases import read_database
from features.io.files import read_table
from features.io.raw_table import RawTable
from features.io.several import one_table
from features.validation.faults import Faults
from leadgate.config import Config
from leadgate.database import Database, FileOrDatabase, Sheet
from leadgate.errors import DataError

_PATTERN = re.compile(r"[*?\[]")


@dataclass(frozen=True)
class Source:
    """One table of the export: its name and what it holds, under the export's column names.

    `files` are those of `RawTable`.
    """

    name: str
    raw: RawTable
    files: tuple[tuple[str, int], ...] = ()

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
        A file, several files of the same columns, or a database.
    key
        Where the configuration names it, such as ``leads``, for messages.

    Raises
    ------
    DataError
        As `read_table`, `features.io.several.one_table` and `read_database`; ``missing_file``:
        no file matches a pattern.
    ConfigError
        If it names an environment variable that is not set.
    """
    where, data = f"data.{key}", config.data
    if isinstance(source, Database):
        return RawTable.of(read_database(config.url(source), source, where=where))
    if isinstance(source, list) or (isinstance(source, str) and _is_pattern(config, source)):
        paths = _matching(config, [source] if isinstance(source, str) else source, where)
        twice = len({Path(path).name for path in paths}) < len(paths)
        return one_table(
            [(path if twice else Path(path).name, read_source(config, path, key)) for path in paths]
        )
    return read_table(
        config.path(source),
        sheet=source.sheet if isinstance(source, Sheet) else None,
        separator=data.separator,
        encoding=data.encoding,
        where=where,
    )


def _is_pattern(config: Config, path: str) -> bool:
    return bool(_PATTERN.search(path)) and "://" not in path and not config.path(path).is_file()


def _matching(config: Config, patterns: list[str], where: str) -> list[str]:
    """Return the files that are named, and those that match a pattern, ascending; each once."""
    paths: dict[str, None] = {}
    for pattern in patterns:
        if not _is_pattern(config, pattern):
            paths[pattern] = None
            continue
        # A pattern may be absolute.
        matches = sorted(glob(str(config.path(pattern)), recursive=True))  # noqa: PTH207
        if not matches:
            raise DataError(
                f"{where}: no file matches {pattern}.",
                code="missing_file",
                hint=f"Patterns are relative to {config.folder}.",
            )
        folder = str(config.folder)
        paths |= dict.fromkeys(os.path.relpath(p, folder) for p in matches)
    return list(paths)


def name_of(source: FileOrDatabase, key: str) -> str:
    """Return how messages and the quarantine call a table: its file, its table, or its key."""
    if isinstance(source, Database):
        return source.table or f"query of data.{key}"
    if isinstance(source, Sheet):
        return f"{Path(source.path).name}, sheet {source.sheet}"
    if isinstance(source, list):
        return _listed([Path(path).name for path in source])
    return Path(source).name


def stem_of(source: FileOrDatabase) -> str:
    """Return what stands before the columns of a table of attributes that the leads have, too."""
    if isinstance(source, Database):
        return (source.table or "lookup").rpartition(".")[2]
    if isinstance(source, Sheet):
        return source.sheet
    path = source[0] if isinstance(source, list) else source
    return PurePath(path).name.split(".")[0]


def whole_name(source: FileOrDatabase, key: str) -> str:
    """Return `name_of` a table, and where it lies."""
    if isinstance(source, Sheet):
        return f"{source.path}, sheet {source.sheet}"
    if isinstance(source, list):
        return _listed(source)
    return f"{source.table} of data.{key}" if isinstance(source, Database) else source


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}"
