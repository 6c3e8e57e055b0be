"""The store of decisions, activities and outcomes: SQLite by default, PostgreSQL by URL."""

from serving.store.frames import StoredTables, read_tables
from serving.store.store import Store, Turn

__all__ = ["Store", "StoredTables", "Turn", "read_tables"]
