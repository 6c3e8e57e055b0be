"""Erasing a lead: the store, what waits for it, and the files of rejected rows."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from features.parsing.ids import canonical_id
from serving.store import Store
from serving.store.spool import Spool

QUARANTINE = "quarantine.csv"


@dataclass(frozen=True)
class Erased:
    """What was held of a lead and erased.

    Attributes
    ----------
    stored
        Whether the store held it.
    waiting
        LeadRoutes about it that waited for the store.
    files
        Files of rejected rows that named it.
    """

    stored: bool
    waiting: int
    files: list[Path]


def spool_folder(folder: Path) -> Path:
    """Return where the spool is, beside a configuration."""
    return folder / ".leadgate" / "spool"


def erase(store: Store, folder: Path, lead_id: str) -> Erased:
    """Erase a lead, but for a salted hash of its id in the store.

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
        If the store is away: it still holds the lead.
    """
    # What waits first: a service that writes it to the store meanwhile would bring the lead back.
    waiting = Spool(spool_folder(folder)).erase(lead_id)
    stored = store.erase(lead_id)
    files = [path for path in sorted(folder.rglob(QUARANTINE)) if _erase_rows(path, lead_id)]
    return Erased(stored, waiting, files)


def _erase_rows(path: Path, lead_id: str) -> bool:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    if not rows or "lead_id" not in rows[0]:
        return False
    place = rows[0].index("lead_id")
    kept = [row for row in rows if len(row) <= place or canonical_id(row[place]) != lead_id]
    if len(kept) == len(rows):
        return False
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(kept)
    return True
