"""The store of decisions, activities and outcomes: SQLite by default, PostgreSQL by URL."""

from serving.store.frames import read_tables
from serving.store.store import Store
from serving.store.transaction import Transaction

__all__ = ["Store", "Transaction", "read_tables"]
