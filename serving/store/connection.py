"""How a process reaches its store: a few connections, opened again after they were lost.

Statements are compiled once and go straight to the driver: a decision costs tens of microseconds,
less than SQLAlchemy takes for one of its statements.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from leadgate.database import with_driver
from leadgate.errors import StoreBusyError, StoreError
from serving import timeouts
from serving.store import postgresql, sqlite
from serving.store.failures import is_failure, store_error
from serving.store.migrate import migrate
from serving.store.pool import Pool, Raw, Slot

SQLITE, POSTGRESQL = "sqlite", "postgresql"
CONNECTIONS = 4

# For what reads much or migrates; longer than any transaction takes.
_SQLITE_OPTIONS = {"timeout": timeouts.LOCK, "check_same_thread": False}
# An event loop waits meanwhile; who has more patience asks again beside it.
_SQLITE_BUSY_MS = 100
_SNAPSHOT: dict[str, dict[str, Any]] = {
    SQLITE: {"reads": True},
    POSTGRESQL: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


class Connection:
    """A few connections to one store, each for one thread at a time.

    With PostgreSQL what is executed waits, unsent, until the first result is asked for: statements
    of which none needs the result of another take one round trip in all.

    Parameters
    ----------
    url
        SQLAlchemy's, with its password: SQLite or PostgreSQL.
    connections
        How many threads may use PostgreSQL at once. SQLite has one writer at a time, and one.

    Raises
    ------
    StoreError
        ``no_driver``: the URL names another database. By every method: ``store_away``, the
        database cannot be reached, written, or does not answer.
    StoreLostError
        By every method, if the connection was cut: whether a commit was made is not known, and
        asked again, a new connection is opened.
    StoreBusyError
        By every method, if others hold what it needs for longer than a lock may be waited for.
    BadRecordError
        By every method that writes, if the database can never keep what it is given.
    """

    def __init__(self, url: str, connections: int = CONNECTIONS) -> None:
        self._migrated = False
        try:
            place = sa.make_url(with_driver(url))
            self.kind = place.get_backend_name()
            if self.kind not in (SQLITE, POSTGRESQL):
                raise NoSuchModuleError
            options: dict[str, Any] = {"poolclass": NullPool, "hide_parameters": True}
            if self.kind == SQLITE:
                options |= {"paramstyle": "named", "connect_args": _SQLITE_OPTIONS}
            else:
                options["connect_args"] = postgresql.OPTIONS
            self.engine = sa.create_engine(place, **options)
        except (ArgumentError, NoSuchModuleError, ModuleNotFoundError):
            raise StoreError(
                "serving.store names neither SQLite nor PostgreSQL, or its driver is missing.",
                hint="For PostgreSQL: pip install 'leadgate[postgres]'.",
                code="no_driver",
            ) from None
        self.dialect = self.engine.dialect
        self.connections = 1 if self.kind == SQLITE else connections
        self._pool = Pool(self._connect, self.connections)
        self._log = sqlite.WriteAheadLog(self.engine) if self.kind == SQLITE else None
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

    @property
    def opened(self) -> int:
        """Changes whenever a connection is opened in place of another."""
        return self._pool.lost

    def open(self) -> None:
        """Connect, and migrate the store to the tables of this leadgate."""
        self.close()
        with self._held():
            pass

    def close(self) -> None:
        """Let go of all connections."""
        self._pool.close()
        self._migrated = False

    def tidy(self) -> None:
        """Bring what was written from SQLite's log into its file, beside those who write.

        What goes wrong is left to whoever writes next.
        """
        if self._log is not None:
            self._log.tidy()

    def empty_log(self) -> bool:
        """Empty SQLite's write-ahead log, in which what was erased still stands.

        Who reads meanwhile holds it; then it is tried again whenever `tidy` is called. Return
        whether it is empty.
        """
        return self._log is None or self._log.empty()

    def ask(self, *queries: tuple[str, Mapping[str, object]]) -> list[list[Any]]:
        """Return the rows of each of some queries, outside of any transaction: one round trip."""
        with self._held() as slot:
            raw = slot.raw
            if self.kind == SQLITE:
                return [raw.execute(*query).fetchall() for query in queries]
            with self._pipelined(raw):
                cursors = [raw.execute(*query) for query in queries]
            return [cursor.fetchall() for cursor in cursors]

    @contextlib.contextmanager
    def reading(self) -> Iterator[Raw]:
        """Hand out the connection outside of any transaction."""
        with self._held() as slot, self._pipelined(slot.raw):
            yield slot.raw

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
        with self._held() as slot:
            raw = slot.raw
            try:
                with self._pipelined(raw):
                    self._begin(slot, durable)
                    yield raw
                    raw.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(Exception):
                    raw.execute("ROLLBACK")
                raise
            if self._log is not None:
                self._log.written = True

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
            failure = store_error(cause, cut=self._pool.cut())
            away = isinstance(failure, StoreError) and not isinstance(failure, StoreBusyError)
            if away or self.kind == POSTGRESQL:
                # What failed in a pipeline leaves psycopg with statements that it takes for
                # prepared: the next ones would fail with SQLSTATE 26000.
                self._pool.drop()
            raise failure from error

    @contextlib.contextmanager
    def _held(self) -> Iterator[Slot]:
        """Have an open connection for oneself; within it, again the same one."""
        with self._pool.slot() as slot, self.errors():
            self._pool.connected(slot)
            yield slot

    def _connect(self) -> Raw:
        if not self._migrated:
            migrate(self.engine)
            self._migrated = True
        connection = self.engine.raw_connection()
        raw: Raw = connection.driver_connection
        # Ours from here on: no pool of SQLAlchemy takes it back.
        connection.detach()
        if self.kind == POSTGRESQL:
            raw.autocommit = True
            postgresql.hang_up_when_silent(raw)
        else:
            raw.execute(f"PRAGMA wal_autocheckpoint={sqlite.LONGEST_LOG}")
            raw.execute(f"PRAGMA busy_timeout={_SQLITE_BUSY_MS}")
        return raw

    def _begin(self, slot: Slot, durable: bool) -> None:
        raw = slot.raw
        if self.kind == POSTGRESQL:
            raw.execute("BEGIN")
        else:
            synchronous = "FULL" if durable else "NORMAL"
            if synchronous != slot.synchronous:
                # Costs as much as a statement of the decision, and seldom changes.
                raw.execute(f"PRAGMA synchronous={synchronous}")
                slot.synchronous = synchronous
            raw.execute("BEGIN IMMEDIATE")

    def _pipelined(self, raw: Raw) -> contextlib.AbstractContextManager[object]:
        if self.kind == SQLITE:
            return contextlib.nullcontext()
        pipeline: contextlib.AbstractContextManager[object] = raw.pipeline()
        return pipeline
