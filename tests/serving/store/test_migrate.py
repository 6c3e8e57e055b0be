from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import serving.store.migrate
from leadgate.errors import StoreError
from serving.store import Store
from serving.store.tables import HEAD, metadata


def test_the_migrations_make_the_tables(store):
    with store.link.engine.connect() as connection:
        context = MigrationContext.configure(connection)
        assert context.get_current_revision() == HEAD
        assert compare_metadata(context, metadata) == []


def test_the_newest_migration_is_the_one_named():
    folder = Path(serving.store.migrate.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_a_store_of_a_newer_leadgate_is_refused(url):
    with Store(url) as store, store.link.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="made by a newer leadgate"):
        Store(url).link.open()
