"""Connections to SQLite: write-ahead logging, own transactions, erased values overwritten."""

from __future__ import annotations

import contextlib
import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa

# Two processes that make a store at once: half a second for the other to be done.
_TRIES, _PAUSE_SECONDS = 50, 0.01
_LOG_BUSY_MS = 50
# `WriteAheadLog.tidy` brings the log into its file. Where nobody calls it, the writer of the page
# with this number does, and waits for the disk meanwhile.
LONGEST_LOG = 32_000
# From this many pages on the log is started anew, for which writers wait a moment.
_LONG_LOG = 8_000


def prepare(raw: sqlite3.Connection, record: object) -> None:
    """Prepare a new connection; a listener of SQLAlchemy's event ``connect``."""
    # Transactions begin where we say so; the connection is handed from thread to thread.
    raw.isolation_level = None
    _write_ahead(raw)
    # What is erased is overwritten, and does not stay behind in free pages.
    raw.execute("PRAGMA secure_delete=ON")


def _write_ahead(raw: sqlite3.Connection) -> None:
    """Turn on write-ahead logging; SQLite heeds no timeout where two connections do so at once."""
    for _ in range(_TRIES):
        try:
            raw.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            time.sleep(_PAUSE_SECONDS)
    raw.execute("PRAGMA journal_mode=WAL")


def begin(connection: sa.Connection) -> None:
    """Begin a transaction, as a writer unless it only reads; a listener of ``begin``."""
    reads = connection.get_execution_options().get("reads")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


class WriteAheadLog:
    """The log of a store, worked on by connections of its own, beside those who write.

    Attributes
    ----------
    written
        Whether anything was written since it was tidied.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.written = False
        # A process of before may have ended while somebody still read.
        self._pending = True

    def tidy(self) -> None:
        """Bring what was written into the file."""
        file = self._engine.url.database
        if not (file and Path(file).is_file()):
            return
        if self._pending:
            self.empty()
        if not self.written:
            return
        self.written = False
        with (
            contextlib.suppress(sqlite3.Error, sa.exc.DBAPIError),
            contextlib.closing(self._engine.raw_connection()) as raw,
        ):
            cursor = raw.cursor()
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
            checkpoint = cursor.fetchone()
            if checkpoint and checkpoint[1] >= _LONG_LOG:
                cursor.execute("PRAGMA wal_checkpoint(RESTART)")

    def empty(self) -> bool:
        """Empty it unless somebody reads it; return whether it is empty."""
        with (
            contextlib.suppress(sqlite3.Error, sa.exc.DBAPIError),
            contextlib.closing(self._engine.raw_connection()) as raw,
        ):
            cursor = raw.cursor()
            # Writers wait meanwhile.
            cursor.execute(f"PRAGMA busy_timeout={_LOG_BUSY_MS}")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            held = cursor.fetchone()
            self._pending = held is None or bool(held[0])
            return not self._pending
        self._pending = True
        return False
