"""A copy of a store in one file, itself a store in SQLite, and the way back from it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa

from leadgate.errors import StoreError
from serving.store import Store
from serving.store.tables import ABOUT_LEADS, erased, metadata

# Rows in memory at once.
_PART = 5_000
Progress = Callable[[str], object]


def backup(store: Store, file: Path, progress: Progress = lambda step: None) -> dict[str, int]:
    """Copy a store, as it is at one moment, to a file; others go on writing to it.

    Parameters
    ----------
    file
        A store in SQLite from then on: it can be served, restored from, or read by `replay`.
    progress
        Is called with each step.

    Returns
    -------
    dict
        How many rows of each table were copied.

    Raises
    ------
    StoreError
        ``file_exists``: nothing is replaced; ``unwritable``: nothing can be written there; or as
        `Store`.
    """
    if file.exists():
        raise StoreError(
            f"There is a file {file} already.", hint="Name another one.", code="file_exists"
        )
    # Half of a copy must not pass for a whole one.
    partial = file.with_name(f".{file.name}")
    _remove(partial)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with store.connection.snapshot() as source, Store(f"sqlite:///{partial}") as copy:
            with copy.connection.changing() as target:
                rows = _copy(source, target, progress)
            copy.connection.empty_log()
        partial.rename(file)
    except OSError as error:
        raise StoreError(
            f"{file} cannot be written ({error.strerror}).",
            hint="Name a file in a folder that can be written.",
            code="unwritable",
        ) from error
    finally:
        _remove(partial)
    return rows


def restore(file: Path, store: Store, progress: Progress = lambda step: None) -> dict[str, int]:
    """Bring what a backup holds to a store that holds nothing of any lead yet.

    What was erased before the backup stays erased; what was erased after it comes back.

    Parameters
    ----------
    file
        As `backup` wrote it, by this leadgate or an older one.

    Returns
    -------
    dict
        How many rows of each table were brought.

    Raises
    ------
    StoreError
        ``no_backup``: the file is none; ``store_not_empty``: the store holds leads, decisions
        or tombstones. Nothing was changed then.
    """
    copy = Store(f"sqlite:///{file}")
    if not file.is_file() or not _is_sqlite(file):
        raise StoreError(
            f"{file} is no backup of a store.",
            hint="Give a file that leadgate store backup wrote.",
            code="no_backup",
        )
    with copy.connection.snapshot() as source, store.connection.changing() as target:
        _check_empty(target)
        rows = _copy(source, target, progress)
        _continue_ids(target)
    return rows


def _is_sqlite(file: Path) -> bool:
    with contextlib.suppress(OSError), file.open("rb") as opened:
        return opened.read(16) == b"SQLite format 3\0"
    return False


def _check_empty(target: sa.Connection) -> None:
    # Tombstones, too: those of the backup have another salt and would take their place.
    kept = (*ABOUT_LEADS, erased)
    held = [t.name for t in kept if target.execute(sa.select(t).limit(1)).first()]
    if held:
        raise StoreError(
            f"The store of serving.store holds rows already ({', '.join(held)}).",
            hint="Name a new one in serving.store, and restore into that.",
            code="store_not_empty",
        )


def _copy(source: sa.Connection, target: sa.Connection, progress: Progress) -> dict[str, int]:
    rows = {}
    for table in metadata.sorted_tables:
        progress(f"Copying {table.name}")
        rows[table.name] = 0
        target.execute(sa.delete(table))
        selected = source.execution_options(yield_per=_PART).execute(sa.select(table))
        for part in selected.mappings().partitions():
            target.execute(sa.insert(table), [dict(row) for row in part])
            rows[table.name] += len(part)
    return rows


def _continue_ids(target: sa.Connection) -> None:
    """Let PostgreSQL count on from the ids that were brought."""
    if target.dialect.name != "postgresql":
        return
    for table in metadata.sorted_tables:
        if "id" in table.columns:
            newest = target.execute(sa.select(sa.func.max(table.c.id))).scalar()
            sequence = sa.func.pg_get_serial_sequence(table.name, "id")
            target.execute(sa.select(sa.func.setval(sequence, newest or 1, newest is not None)))


def _remove(file: Path) -> None:
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        file.with_name(name).unlink(missing_ok=True)
