"""Tables and queries of a database -> data frames: read only, in chunks, as text."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from features.io.header import refuse_duplicates
from features.parsing.values import text_column
from leadgate.database import Database, with_driver
from leadgate.errors import DataError

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine
    from sqlalchemy.engine import URL

_CHUNK = 50_000


def read_database(url: str, database: Database, *, where: str) -> pd.DataFrame:
    """Read a table, or what a query returns.

    Parameters
    ----------
    url
        Where the database is, with its password; SQLAlchemy's form.
    database
        The table, maybe with a schema before a dot, or the query.
    where
        The configuration key that names the database, for messages.

    Returns
    -------
    DataFrame
        Every column in canonical text, as if read from a CSV file: one coercion makes the same of
        a number, a date or a truth value wherever it comes from.

    Raises
    ------
    DataError
        ``no_driver``, ``no_database``, ``missing_table``, ``bad_query`` or ``duplicate_columns``;
        names the key, and the database without its password.
    """
    # Importing it takes most of a second, and most exports are files.
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        place = make_url(with_driver(url))
    except ArgumentError:
        raise DataError(f"{where}: the URL of the database is none.", code="no_database") from None
    engine = _engine(place, where)
    try:
        with _connected(engine, where) as connection, _reported(where, "bad_query", place):
            if database.query is not None:
                return _frame(connection, database.query, (), where)
            name, flags = _table(connection, database.table or "", where)
            return _frame(connection, f"SELECT * FROM {name}", flags, where)  # noqa: S608 quoted
    finally:
        engine.dispose()


def _engine(place: URL, where: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.exc import NoSuchModuleError
    from sqlalchemy.pool import NullPool

    options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
    if place.get_backend_name() == "sqlite" and place.database:
        options["creator"] = _sqlite(Path(place.database), where)
    try:
        return create_engine(place, **options)
    except (NoSuchModuleError, ModuleNotFoundError):
        raise DataError(
            f"{where}: there is no driver for {place.drivername}.",
            code="no_driver",
            hint="Install one; for PostgreSQL: pip install 'leadgate[postgres]'.",
        ) from None


def _sqlite(path: Path, where: str) -> Callable[[], sqlite3.Connection]:
    """Open the file read only; SQLite itself would make one where there is none."""
    if not path.is_file():
        raise DataError(f"{where}: there is no file {path}.", code="no_database")
    return lambda: sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True)


@contextmanager
def _connected(engine: Engine, where: str) -> Iterator[Connection]:
    with _reported(where, "no_database", engine.url):
        connection = engine.connect()
    with connection:
        yield connection.execution_options(postgresql_readonly=True, stream_results=True)


@contextmanager
def _reported(where: str, code: str, place: URL) -> Iterator[None]:
    """Say in one sentence what the database found wrong, without the values it may quote."""
    from sqlalchemy import exc

    try:
        yield
    except exc.SQLAlchemyError as error:
        reason = ""
        if isinstance(error, exc.DBAPIError) and not isinstance(error, exc.DataError):
            reason = str(error.orig).strip().partition("\n")[0].rstrip(".")
            reason = reason.replace(str(place.password), "***") if place.password else reason
        shown = place.set(query={}).render_as_string(hide_password=True)
        what = "cannot be reached" if code == "no_database" else "cannot answer"
        reason = reason or type(error).__name__
        raise DataError(f"{where}: the database {shown} {what}: {reason}.", code=code) from None


def _table(connection: Connection, name: str, where: str) -> tuple[str, list[str]]:
    """Return the quoted name of a table or view, and its columns of truth values."""
    from sqlalchemy import Boolean, inspect

    inspector = inspect(connection)
    schema, _, table = name.rpartition(".")
    if not inspector.has_table(table, schema=schema or None):
        tables = inspector.get_table_names(schema or None)
        close = get_close_matches(table, tables + inspector.get_view_names(schema or None), n=1)
        raise DataError(
            f"{where}: the database has no table {name}.",
            code="missing_table",
            hint=f"Did you mean {close[0]}?" if close else "",
        )
    columns = inspector.get_columns(table, schema=schema or None)
    quoted = connection.dialect.identifier_preparer.quote
    path = ".".join(quoted(part) for part in (schema, table) if part)
    return path, [column["name"] for column in columns if isinstance(column["type"], Boolean)]


def _frame(
    connection: Connection, statement: str, flags: Collection[str], where: str
) -> pd.DataFrame:
    """Run a statement as it stands and collect its rows, a chunk at a time."""
    raw = connection.execution_options(no_parameters=True, max_row_buffer=_CHUNK)
    with raw.exec_driver_sql(statement) as result:
        if not result.returns_rows:
            raise DataError(f"{where}: the query returns no rows.", code="bad_query")
        names = [column.strip() for column in list(result.keys())]
        refuse_duplicates(names, where)
        chunks = [pd.DataFrame({name: pd.Series(dtype="str") for name in names})]
        for rows in result.partitions(_CHUNK):
            columns = zip(names, zip(*rows, strict=True), strict=True)
            chunks.append(pd.DataFrame({n: _texts(cells, n in flags) for n, cells in columns}))
    return pd.concat(chunks, ignore_index=True)


def _texts(values: Sequence[object], flag: bool) -> pd.Series:
    # SQLite keeps truth values as 0 and 1.
    given = [None if v is None else bool(v) for v in values] if flag else list(values)
    return pd.Series(text_column(pd.Series(given, dtype=object)), dtype="str")
