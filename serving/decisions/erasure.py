"""Erasing a lead: the store, what waits for it, and the lists of leads in files."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from features.parsing.ids import canonical_id
from leadgate.cells import unescaped
from leadgate.connectors.erasure import erase_pulled
from serving.outage.spool import Spool
from serving.store import Store
from serving.store.connection import SQLITE

_WAITING, _FILES = "waiting", "files"
QUARANTINE = "quarantine.csv"
PREVIEW = "preview.csv"
READY = "ready_now.csv"
NURTURE = "nurture_now.csv"
MISSES = "misses.csv"
# Of `leadgate weekly`: its folder, and therein the scores, and the leads as they were read.
WEEKLY, SCORES, READ = ".leadgate/weekly", "scores.csv", "open"
# What an erasure does not reach: its answer says so.
NOT_COVERED = (
    "exports and other files of the CRM",
    "files of leadgate score and what was made of them",
    "files of leadgate store backup, and dumps of the database",
    "rows that PostgreSQL deleted, until its next vacuum, and its own log of writes",
    "replicas that are away from the store, until they are back",
)


@dataclass(frozen=True)
class Erased:
    """What was held of a lead and erased; false where that is nothing.

    Attributes
    ----------
    rows
        How many rows each table of the store held.
    waiting
        How many records about it waited for the store.
    files
        Lists of rejected rows, of previews and of leads to call that named it.
    wal
        Whether the store's write-ahead log, which still held it, is ``truncated`` or ``pending``
        until nobody reads it; ``none`` for PostgreSQL, whose log is the server's.
    earlier_files
        How many such lists a call before had cleaned, whose answer may not have arrived.
    """

    rows: Mapping[str, int]
    waiting: int
    files: list[Path]
    wal: str
    earlier_files: int = 0

    def __bool__(self) -> bool:
        return bool(self.stored or self.waiting or self.cleaned)

    @property
    def stored(self) -> bool:
        """Whether the store held it."""
        return any(self.rows.values())

    @property
    def cleaned(self) -> int:
        """How many lists named it."""
        return len(self.files) + self.earlier_files

    def to_dict(self, lead_id: str) -> dict[str, object]:
        """Return it as JSON values; of the files only how many there were."""
        rows = {name: count for name, count in self.rows.items() if name != "leads"}
        held = {"waiting": self.waiting, "files": self.cleaned, "wal": self.wal}
        return {"lead_id": lead_id, **rows, **held, "not_covered": [*NOT_COVERED]}


def spool_folder(folder: Path) -> Path:
    """Return where the spool is, beside a configuration."""
    return folder / ".leadgate" / "spool"


def erase(store: Store, folder: Path, lead_id: str) -> Erased:
    """Erase a lead, but for its tombstone in the store: a salted hash of its id.

    A lead of which nothing is left is answered for as at first, as long as calls are answered
    again: the answer may have been lost on its way.

    The logs hold nothing of any lead, and the CRM's own export is not touched.

    Parameters
    ----------
    folder
        That of the configuration.
    lead_id
        Canonical: `features.parsing.ids.canonical_id`.

    Raises
    ------
    StoreError
        If the store is away: it still holds the lead, and nothing is erased.
    """
    # First: from here on nothing that waits anywhere can bring the lead back.
    rows = store.erase(lead_id)
    files = forget_rows(folder, lambda of: of == lead_id)
    waiting = Spool(spool_folder(folder)).erase(lead_id) + rows.pop(_WAITING, 0)
    earlier_files = rows.pop(_FILES, 0)
    if waiting or files:
        cleaned = len(files) + earlier_files
        store.keep_erasure(lead_id, {**rows, _WAITING: waiting, _FILES: cleaned})
    wal = "none" if store.connection.kind != SQLITE else "pending"
    if wal == "pending" and store.connection.empty_log():
        wal = "truncated"
    return Erased(rows, waiting, files, wal, earlier_files)


def forget_rows(folder: Path, erased: Callable[[str], bool]) -> list[Path]:
    """Erase leads from the lists below a folder, from what was pulled and from journals of pushes.

    The lists are of rejected rows, previews, leads to call and misses, and the scores of a week.

    Returns those that had some.
    """
    names = (QUARANTINE, PREVIEW, READY, NURTURE, MISSES)
    lists = sorted(path for name in names for path in folder.rglob(name))
    lists += [path for path in (folder / WEEKLY / SCORES,) if path.exists()]
    # A week that was killed as it scored has left it.
    shutil.rmtree(folder / WEEKLY / READ, ignore_errors=True)
    held = [path for path in lists if _erase_rows(path, erased)]
    return held + erase_pulled(folder, lambda lead: erased(canonical_id(lead)))


def _erase_rows(path: Path, erased: Callable[[str], bool]) -> bool:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or "lead_id" not in rows[0]:
        return False
    place = rows[0].index("lead_id")
    kept = [
        row for row in rows if len(row) <= place or not erased(canonical_id(unescaped(row[place])))
    ]
    if len(kept) == len(rows):
        return False
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(kept)
    return True
