"""The store of decisions, activities and outcomes: SQLite by default, PostgreSQL by URL."""

from serving.store.frames import read_tables
from serving.store.store import Store, Turn

__all__ = ["Store", "Turn", "read_tables"]
