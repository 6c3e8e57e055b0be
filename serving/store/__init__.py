"""The store of decisions, activities and outcomes: SQLite by default, PostgreSQL by URL."""

from serving.store.frames import StoredTables, read_tables
from serving.store.lead import Additions, Known, Outcome, Past, identity
from serving.store.store import Store, Turn

__all__ = [
    "Additions",
    "Known",
    "Outcome",
    "Past",
    "Store",
    "StoredTables",
    "Turn",
    "identity",
    "read_tables",
]
