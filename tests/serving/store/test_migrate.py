import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

import serving.store.migrate
from features.history.from_records import Activity
from leadgate.errors import StoreError
from serving.store import Store, postgresql
from serving.store.migrate import migrate
from serving.store.statements import Statements
from serving.store.tables import HEAD, metadata


def test_the_migrations_make_the_tables(store):
    with store.connection.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == HEAD
        assert _differences(connection) == []


def test_the_newest_migration_is_the_one_named():
    folder = Path(serving.store.migrate.__file__).parent / "migrations"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


def test_a_store_of_before_keeps_what_it_holds(url):
    activity = Activity(5, 6, "webinar")
    with Store(url) as store:
        store.add_activities([("1", activity)])
        with store.connection.engine.begin() as connection:
            _as_of_0002(connection)
    with Store(url) as store:
        assert list(store.earlier_calls("1").activities.values()) == [activity]
        with store.connection.engine.connect() as connection:
            assert _differences(connection) == []


@pytest.fixture
def upgrades(monkeypatch):
    """What an upgrade on PostgreSQL sees of its session; nothing is changed."""
    seen = []

    def upgrade(connection):
        names = ("statement_timeout", "lock_timeout")
        limits = [connection.execute(sa.text(f"SHOW {name}")).scalar() for name in names]
        turns = "SELECT count(*) FROM pg_locks WHERE objid = 722003 AND granted AND pid = {}"
        held = connection.execute(sa.text(turns.format("pg_backend_pid()"))).scalar()
        seen.append((*limits, held))

    monkeypatch.setattr(serving.store.migrate, "_upgrade", upgrade)
    monkeypatch.setattr(serving.store.migrate, "_note_oldest", lambda connection: None)
    return seen


@pytest.mark.postgres
def test_an_upgrade_takes_its_time_and_keeps_no_writer_waiting(postgresql_store, upgrades):
    """No limit for a statement; a table's lock is waited for no longer than others can bear it."""
    migrate(Store(postgresql_store).connection.engine)
    assert upgrades == [("0", "2s", 1)]


@pytest.mark.postgres
def test_upgrades_wait_for_their_turn_as_long_as_it_takes(postgresql_store, upgrades, monkeypatch):
    monkeypatch.setitem(postgresql.OPTIONS, "options", "-c lock_timeout=20 -c statement_timeout=20")
    engine = Store(postgresql_store).connection.engine
    with engine.connect() as other:
        other.exec_driver_sql("SELECT pg_advisory_lock(722003)")
        mine = threading.Thread(target=migrate, args=[engine])
        mine.start()
        mine.join(0.3)
        assert mine.is_alive()
        assert upgrades == []
        other.exec_driver_sql("SELECT pg_advisory_unlock(722003)")
        mine.join()
    assert upgrades == [("0", "20ms", 1)]


def test_the_others_of_an_account_are_read_without_their_rows(tmp_path):
    with Store(f"sqlite:///{tmp_path / 'leadgate.db'}") as store, store.connection.reading() as raw:
        sql = Statements(store.connection.dialect).others_activities
        account = {"account_id": "A", "lead_id": "1"}
        plan = [row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {sql}", account).fetchall()]
    assert any("activities USING COVERING INDEX ix_activities_of_lead" in step for step in plan)


def _differences(connection):
    """Compare the tables with what is declared for this database."""
    dialect = connection.dialect.name

    def concerns(item, name, kind, reflected, other):
        return reflected or item.info.get("only", dialect) == dialect

    context = MigrationContext.configure(connection, opts={"include_object": concerns})
    return compare_metadata(context, metadata)


def _as_of_0003(connection):
    for table in ("feedback", "overrides"):
        connection.execute(sa.text(f"DROP TABLE {table}"))
    connection.execute(sa.text("ALTER TABLE decisions DROP COLUMN ruled_by"))
    connection.execute(sa.text("ALTER TABLE decisions DROP COLUMN arm"))
    connection.execute(sa.text("ALTER TABLE decisions DROP COLUMN fingerprint"))
    connection.execute(sa.text("ALTER TABLE outcomes DROP COLUMN decided"))
    connection.execute(sa.text("DROP TABLE calls"))


def _as_of_0002(connection):
    _as_of_0003(connection)
    if connection.dialect.name == "sqlite":
        connection.execute(sa.text("DROP INDEX ix_activities_of_lead"))
        connection.execute(sa.text("CREATE INDEX ix_activities_lead_id ON activities (lead_id)"))
    connection.execute(sa.text("UPDATE alembic_version SET version_num = '0002'"))


def test_a_store_of_a_newer_leadgate_is_refused(url):
    _of_a_newer_leadgate(url, oldest="9999")
    with pytest.raises(StoreError, match="made by a newer leadgate"):
        Store(url).connection.open()


def test_a_newer_store_that_this_leadgate_can_go_on_with_is_left_as_it_is(url):
    _of_a_newer_leadgate(url, oldest=HEAD)
    with Store(url) as store:
        store.add_activities([("1", Activity(5, 6, "webinar"))])
        with store.connection.engine.connect() as connection:
            version = connection.execute(sa.text("SELECT version_num FROM alembic_version"))
            assert version.scalar() == "9999"


def test_a_store_that_names_no_oldest_leadgate_is_refused_when_it_is_newer(url):
    _of_a_newer_leadgate(url, oldest=HEAD)
    with Store(url) as store, store.connection.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM settings WHERE name = 'oldest_leadgate'"))
    with pytest.raises(StoreError, match="made by a newer leadgate"):
        Store(url).connection.open()


def test_a_migration_has_no_timeout_of_a_request(url):
    statements = []
    with Store(url) as store:
        engine = store.connection.engine
        with engine.begin() as connection:
            _as_of_0002(connection)

        @sa.event.listens_for(engine, "before_cursor_execute")
        def note(connection, cursor, statement, *rest):
            statements.append(statement)

        assert migrate(engine) == "0002"
    slow = [statement for statement in statements if "statement_timeout = 0" in statement]
    assert len(slow) == (engine.dialect.name == "postgresql")


def _of_a_newer_leadgate(url, oldest):
    with Store(url) as store, store.connection.engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
        change = "UPDATE settings SET value = :oldest WHERE name = 'oldest_leadgate'"
        connection.execute(sa.text(change), {"oldest": oldest})
