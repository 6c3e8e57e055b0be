"""Alembic's entry: run the migrations on the connection that `serving.store.migrate` hands in."""

from __future__ import annotations

from alembic import context

from serving.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite takes its tables back with the transaction too; Alembic does not count on it.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
