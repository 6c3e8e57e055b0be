"""Bringing a store to the tables of this leadgate, while others go on with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from leadgate.errors import StoreError
from serving.store.tables import HEAD, OLDEST, settings

_VERSION = sa.text("SELECT version_num FROM alembic_version")
_MIGRATIONS = Path(__file__).parent / "migrations"
# The setting that names the oldest migration whose leadgate can use the tables.
OLDEST_NAME = "oldest_leadgate"
# Any number: all of leadgate's processes wait for the same one, as long as it takes. An index of
# millions of rows takes longer than a request may; who changes a table still waits for its lock
# no longer than others can be kept waiting behind it.
_BY_TURNS = (
    "SET statement_timeout = 0",
    "SET lock_timeout = 0",
    "SELECT pg_advisory_lock(722003)",
    "RESET lock_timeout",
)


def migrate(engine: sa.Engine) -> str | None:
    """Make the tables, or change those of an older leadgate; one process at a time.

    PostgreSQL's timeouts of a request do not hold for it. A store that a newer leadgate changed is
    left as it is, where that one says that this one can go on with it.

    Returns
    -------
    str or None
        The migration at which the store was.

    Raises
    ------
    StoreError
        ``store_version``: a newer leadgate made this store.
    """
    with engine.connect() as connection:
        if (version := _version(connection)) == HEAD:
            return version
    with _alone(engine) as connection:
        version = _version(connection)
        if _newer(version):
            query = sa.select(settings.c.value).where(settings.c.name == OLDEST_NAME)
            check_usable(version, connection.execute(query).scalar())
        else:
            _upgrade(connection)
            _note_oldest(connection)
    return version


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(_VERSION).scalar()
    return version


@contextlib.contextmanager
def _alone(engine: sa.Engine) -> Iterator[sa.Connection]:
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            with connection.begin():
                yield connection
            return
        for statement in _BY_TURNS:
            connection.exec_driver_sql(statement)
        # What was set holds for the session, the lock with it. Alembic begins its own transactions,
        # so that a migration can make an index beside those who write.
        connection.commit()
        yield connection
        connection.commit()


def _newer(version: str | None) -> bool:
    return version is not None and not list((_MIGRATIONS / "versions").glob(f"v{version}_*.py"))


def check_usable(version: str | None, oldest: str | None) -> None:
    """Check that this leadgate can go on with a store, whoever changed it last.

    Parameters
    ----------
    version
        The migration at which the store is.
    oldest
        The oldest one whose leadgate can go on with it, as its setting says.

    Raises
    ------
    StoreError
        ``store_version``: a newer leadgate made this store.
    """
    if _newer(version) and (oldest is None or oldest > HEAD):
        raise StoreError(
            "The store was made by a newer leadgate.",
            hint="Install that one, or name another store in serving.store.",
            code="store_version",
        )


def _note_oldest(connection: sa.Connection) -> None:
    connection.execute(sa.delete(settings).where(settings.c.name == OLDEST_NAME))
    connection.execute(sa.insert(settings).values(name=OLDEST_NAME, value=OLDEST))


def _upgrade(connection: sa.Connection) -> None:
    # Importing Alembic takes a moment, and nearly always there is nothing to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, HEAD)
