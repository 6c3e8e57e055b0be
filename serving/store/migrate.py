"""Bringing a store to the tables of this leadgate."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from leadgate.errors import StoreError
from serving.store.tables import HEAD

_VERSION = sa.text("SELECT version_num FROM alembic_version")
# Any number: all of leadgate's processes wait for the same one.
LOCK = sa.text("SELECT pg_advisory_xact_lock(722003)")


def migrate(engine: sa.Engine) -> None:
    """Make the tables, or change those of an older leadgate; one process at a time.

    Raises
    ------
    StoreError
        ``store_version``: a newer leadgate made this store.
    """
    if _version(engine) == HEAD:
        return
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(LOCK)
        _upgrade(connection)


def _version(engine: sa.Engine) -> str | None:
    with engine.connect() as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(_VERSION).scalar()
        return version


def _upgrade(connection: sa.Connection) -> None:
    # Importing Alembic takes a moment, and nearly always there is nothing to do.
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, HEAD)
    except CommandError:
        raise StoreError(
            "The store was made by a newer leadgate.",
            hint="Install that one, or name another store in serving.store.",
            code="store_version",
        ) from None
