import pytest
import sqlalchemy as sa

from leadgate.errors import StoreError
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store
from serving.store.tables import metadata
from serving.upkeep.backup import backup, restore


def rows_of(store):
    with store.connection.snapshot() as connection:
        return {
            table.name: sorted(tuple(row) for row in connection.execute(sa.select(table)))
            for table in metadata.sorted_tables
        }


def test_a_backup_and_its_restoration_hold_every_row(store, fill, tmp_path):
    fill(store)
    rows = backup(store, tmp_path / "copy.db")
    assert rows["leads"] == 2
    assert rows["decisions"] == 2
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as new:
        assert restore(tmp_path / "copy.db", new) == rows
        assert rows_of(new) == rows_of(store)


@pytest.mark.postgres
def test_a_store_moves_from_sqlite_to_postgresql_and_goes_on(fill, tmp_path, postgresql_store):
    with Store(f"sqlite:///{tmp_path / 'old.db'}") as old:
        fill(old)
        backup(old, tmp_path / "copy.db")
        expected = rows_of(old)
    with Store(postgresql_store) as new:
        restore(tmp_path / "copy.db", new)
        assert rows_of(new) == expected
        # The next row gets an id of its own.
        assert new.add_outcomes([Outcome("A", "lost", 9)]) == [True]


def test_a_backup_is_one_file_and_a_store(store, fill, tmp_path):
    fill(store)
    backup(store, tmp_path / "kept" / "copy.db")
    assert [path.name for path in (tmp_path / "kept").iterdir()] == ["copy.db"]
    with Store(f"sqlite:///{tmp_path / 'kept' / 'copy.db'}") as copy:
        assert copy.earlier_calls("A").revision == 1


def test_what_is_written_meanwhile_is_in_no_backup(store, fill, tmp_path):
    fill(store)
    steps = []

    def write(step):
        # The moment that is copied is that of the first table.
        steps.append(step)
        if len(steps) == 2:
            store.add_outcomes([Outcome("late", "won", 5)])

    rows = backup(store, tmp_path / "copy.db", write)
    assert rows["outcomes"] == 2
    assert len(rows_of(store)["outcomes"]) == 3


def test_a_backup_replaces_no_file(store, fill, tmp_path):
    (tmp_path / "copy.db").write_text("mine")
    with pytest.raises(StoreError, match=r"copy\.db already"):
        backup(store, tmp_path / "copy.db")
    assert (tmp_path / "copy.db").read_text() == "mine"


def test_a_backup_that_fails_leaves_nothing(store, fill, tmp_path):
    fill(store)

    def fail(step):
        if step == "Copying decisions":
            raise KeyboardInterrupt("by hand")

    with pytest.raises(KeyboardInterrupt, match="by hand"):
        backup(store, tmp_path / "copy.db", fail)
    assert not list(tmp_path.glob("*copy*"))


def test_a_store_that_holds_something_is_not_restored_into(store, fill, tmp_path):
    fill(store)
    backup(store, tmp_path / "copy.db")
    before = rows_of(store)
    with pytest.raises(StoreError, match=r"holds rows already \(leads"):
        restore(tmp_path / "copy.db", store)
    assert rows_of(store) == before


@pytest.mark.parametrize("content", [b"", b"lead_id,readiness\n"])
def test_what_is_no_backup_is_not_restored(store, tmp_path, content):
    (tmp_path / "scores.csv").write_bytes(content)
    with pytest.raises(StoreError, match="is no backup of a store"):
        restore(tmp_path / "scores.csv", store)
    with pytest.raises(StoreError, match="is no backup of a store"):
        restore(tmp_path / "absent.db", store)


def test_what_was_erased_before_a_backup_stays_erased(store, fill, tmp_path):
    fill(store)
    store.erase("A")
    backup(store, tmp_path / "copy.db")
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as new:
        restore(tmp_path / "copy.db", new)
        with new.transaction(["A"]) as transaction:
            assert transaction.erased_among(["A", "B"], 0) == {"A"}
            assert transaction.add(Additions("B", 5, created_at=5))


def test_tombstones_are_not_given_up_for_those_of_a_backup(store, fill, tmp_path):
    fill(store)
    backup(store, tmp_path / "copy.db")
    with Store(f"sqlite:///{tmp_path / 'new.db'}") as new:
        new.erase("A")
        with pytest.raises(StoreError, match="holds rows already \\(erased\\)"):
            restore(tmp_path / "copy.db", new)
        with new.transaction() as transaction:
            assert transaction.erased_among(["A"], 0) == {"A"}


def test_what_a_killed_backup_left_is_in_nobodys_way(store, fill, tmp_path):
    fill(store)
    (tmp_path / ".copy.db").write_text("half of a copy")
    assert backup(store, tmp_path / "copy.db")["leads"] == 2
