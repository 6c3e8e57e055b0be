"""The one connection of a process to its store, opened again after it was lost.

Statements are compiled once and go straight to the driver: a decision costs tens of microseconds,
less than SQLAlchemy takes for one of its statements.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from leadgate.database import with_driver
from leadgate.errors import StoreBusyError, StoreError
from serving import timeouts
from serving.store import sqlite
from serving.store.failures import is_failure, store_error
from serving.store.migrate import migrate

Raw = Any
SQLITE, POSTGRESQL = "sqlite", "postgresql"

# For what reads much or migrates; longer than any transaction takes.
_SQLITE_OPTIONS = {"timeout": timeouts.LOCK, "check_same_thread": False}
# An event loop waits meanwhile; who has more patience asks again beside it.
_SQLITE_BUSY_MS = 100
_POSTGRESQL_OPTIONS = {
    "connect_timeout": int(timeouts.CONNECT),
    "tcp_user_timeout": int(timeouts.STATEMENT * 1e3),
    "options": f"-c statement_timeout={timeouts.STATEMENT * 1e3:.0f} "
    f"-c lock_timeout={timeouts.LOCK * 1e3:.0f} -c timezone=UTC",
}
_SNAPSHOT: dict[str, dict[str, Any]] = {
    SQLITE: {"reads": True},
    POSTGRESQL: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
_LOG_BUSY_MS = 50
# `Connection.tidy` brings SQLite's write-ahead log into its file. Where nobody calls it, the writer
# of the page with this number does, and waits for the disk meanwhile.
_LONGEST_LOG = 32_000
# From this many pages on the log is started anew, for which writers wait a moment.
_LONG_LOG = 8_000


class Connection:
    """A connection for one thread at a time.

    With PostgreSQL what is executed waits, unsent, until the first result is asked for: statements
    of which none needs the result of another take one round trip in all.

    Parameters
    ----------
    url
        SQLAlchemy's, with its password: SQLite or PostgreSQL.

    Raises
    ------
    StoreError
        ``no_driver``: the URL names another database. By every method: ``store_away``, the
        database cannot be reached, written, or does not answer.
    StoreBusyError
        By every method, if others hold what it needs for longer than a lock may be waited for.
    BadRecordError
        By every method that writes, if the database can never keep what it is given.
    """

    def __init__(self, url: str) -> None:
        self._lock = threading.RLock()
        self._raw: Raw = None
        self._synchronous = ""
        self._written = False
        # A process of before may have ended while somebody still read.
        self._log_pending = True
        try:
            place = sa.make_url(with_driver(url))
            self.kind = place.get_backend_name()
            if self.kind not in (SQLITE, POSTGRESQL):
                raise NoSuchModuleError
            options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
            if self.kind == SQLITE:
                options |= {"paramstyle": "named", "connect_args": _SQLITE_OPTIONS}
            else:
                options["connect_args"] = _POSTGRESQL_OPTIONS
            self.engine = sa.create_engine(place, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            raise StoreError(
                "serving.store names neither SQLite nor PostgreSQL, or its driver is missing.",
                hint="For PostgreSQL: pip install 'leadgate[postgres]'.",
                code="no_driver",
            ) from None
        self.dialect = self.engine.dialect
        if self.kind == SQLITE:
            sa.event.listen(self.engine, "connect", sqlite.prepare)
            sa.event.listen(self.engine, "begin", sqlite.begin)
        else:
            # It logs the text of errors, which holds values.
            logging.getLogger("psycopg").setLevel(logging.CRITICAL)

    @property
    def quick(self) -> bool:
        """Whether a transaction takes so little time that it may hold up an event loop."""
        return self.kind == SQLITE

    def open(self) -> None:
        """Connect, and migrate the store to the tables of this leadgate."""
        with self._lock:
            self.close()
            with self.errors():
                migrate(self.engine)
                raw = self.engine.raw_connection()
                self._raw = raw.driver_connection
                # Ours from here on: no pool takes it back.
                raw.detach()
                if self.kind == POSTGRESQL:
                    self._raw.autocommit = True
                else:
                    self._raw.execute(f"PRAGMA wal_autocheckpoint={_LONGEST_LOG}")
                    self._raw.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            raw, self._raw, self._synchronous = self._raw, None, ""
            if raw is not None:
                with contextlib.suppress(Exception):
                    raw.close()

    def tidy(self) -> None:
        """Bring what was written from SQLite's log into its file, beside those who write.

        What goes wrong is left to whoever writes next.
        """
        file = self.engine.url.database if self.kind == SQLITE else None
        if not (file and Path(file).is_file()):
            return
        if self._log_pending:
            self.empty_log()
        if not self._written:
            return
        self._written = False
        with (
            contextlib.suppress(sqlite3.Error, sa.exc.DBAPIError),
            contextlib.closing(self.engine.raw_connection()) as raw,
        ):
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            checkpoint = cursor.fetchone()
            if checkpoint and checkpoint[1] >= _LONG_LOG:
                cursor.execute("PRAGMA wal_checkpoint(RESTART)")

    def empty_log(self) -> bool:
        """Empty SQLite's write-ahead log, in which what was erased still stands.

        Who reads meanwhile holds it; then it is tried again whenever `tidy` is called. Return
        whether it is empty.
        """
        if self.kind != SQLITE:
            return True
        with (
            contextlib.suppress(sqlite3.Error, sa.exc.DBAPIError),
            contextlib.closing(self.engine.raw_connection()) as raw,
        ):
            cursor = raw.cursor()
            # Writers wait meanwhile.
            cursor.execute(f"PRAGMA busy_timeout={_LOG_BUSY_MS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            held = cursor.fetchone()
            self._log_pending = held is None or bool(held[0])
            return not self._log_pending
        self._log_pending = True
        return False

    def ask(self, *queries: tuple[str, Mapping[str, object]]) -> list[list[Any]]:
        """Return the rows of each of some queries, outside of any transaction: one round trip."""
        with self._lock, self.errors():
            raw = self._connected()
            if self.kind == SQLITE:
                return [raw.execute(*query).fetchall() for query in queries]
            with self._pipelined(raw):
                cursors = [raw.execute(*query) for query in queries]
            return [cursor.fetchall() for cursor in cursors]

    @contextlib.contextmanager
    def reading(self) -> Iterator[Raw]:
        """Hand out the connection outside of any transaction."""
        with self._lock, self.errors():
            raw = self._connected()
            with self._pipelined(raw):
                yield raw

    @contextlib.contextmanager
    def writing(self, *, durable: bool = False) -> Iterator[Raw]:
        """Hand out the connection within a transaction.

        With SQLite no other process has one meanwhile; with PostgreSQL `Locks` keep apart what has
        to be.

        Parameters
        ----------
        durable
            Whether it has to survive a power cut, and not only the end of this process.
        """
        with self._lock, self.errors():
            raw = self._connected()
            try:
                with self._pipelined(raw):
                    self._begin(raw, durable)
                    yield raw
                    raw.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(Exception):
                    raw.execute("ROLLBACK")
                raise
            self._written = True

    @contextlib.contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """Hand out a connection of its own that sees one moment of the store, to read much.

        Raises
        ------
        StoreError
            Also ``no_store``: there is no such file yet.
        """
        file = self.engine.url.database if self.kind == SQLITE else None
        if file and not Path(file).is_file():
            raise StoreError(
                f"There is no store {file} yet.", hint="leadgate serve makes it.", code="no_store"
            )
        options = _SNAPSHOT[self.kind]
        with self.errors():
            migrate(self.engine)
            with self.engine.connect() as connection:
                connection = connection.execution_options(**options)
                with connection.begin():
                    yield connection

    @contextlib.contextmanager
    def changing(self) -> Iterator[sa.Connection]:
        """Hand out a connection of its own within a transaction, for what no request does."""
        with self.errors(), self.engine.begin() as connection:
            yield connection

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Raise what the driver says by its meaning; a connection that is away is let go of.

        Raises
        ------
        StoreError, BadRecordError
            As `Connection`.
        """
        try:
            yield
        except Exception as error:
            driver = self.dialect.dbapi
            assert driver is not None
            cause = getattr(error, "orig", error)
            if not is_failure(cause, driver.Error):
                raise
            failure = store_error(cause)
            if isinstance(failure, StoreError) and not isinstance(failure, StoreBusyError):
                self.close()
            raise failure from error

    def _begin(self, raw: Raw, durable: bool) -> None:
        if self.kind == POSTGRESQL:
            raw.execute("BEGIN")
        else:
            synchronous = "FULL" if durable else "NORMAL"
            if synchronous != self._synchronous:
                # Costs as much as a statement of the decision, and seldom changes.
                raw.execute(f"PRAGMA synchronous={synchronous}")
                self._synchronous = synchronous
            raw.execute("BEGIN IMMEDIATE")

    def _pipelined(self, raw: Raw) -> contextlib.AbstractContextManager[object]:
        if self.kind == SQLITE:
            return contextlib.nullcontext()
        pipeline: contextlib.AbstractContextManager[object] = raw.pipeline()
        return pipeline

    def _connected(self) -> Raw:
        if self._raw is None:
            self.open()
        return self._raw
