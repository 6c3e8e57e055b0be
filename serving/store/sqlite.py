"""Connections to SQLite: write-ahead logging, own transactions, erased values overwritten."""

from __future__ import annotations

import sqlite3
import time

import sqlalchemy as sa

# Two processes that make a store at once: half a second for the other to be done.
_TRIES, _PAUSE_SECONDS = 50, 0.01


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
