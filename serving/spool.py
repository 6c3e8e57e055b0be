"""The spool: decisions that wait on the disk while the store is away, in the order they were taken.

Two files of one JSON object a line: one that decisions are added to, and one that is being written
to the store. All workers share them. While either is there nobody writes to the store directly, so
that decisions stay in order.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

Record = dict[str, Any]

# Written in one transaction.
_CHUNK = 200


class Spool:
    """Decisions that wait in a folder.

    Parameters
    ----------
    folder
        Made when the first decision has to wait.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._added, self._taken = folder / "decisions.jsonl", folder / "writing.jsonl"
        self._refused = folder / "refused.jsonl"
        self._names = (os.fspath(self._added), os.fspath(self._taken))

    @property
    def waiting(self) -> bool:
        """Whether any decision waits."""
        return any(map(os.path.exists, self._names))

    def __len__(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self._files())

    def add(self, record: Record) -> None:
        """Add a decision; it is there for good, unless the power is cut, when this returns.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._append(self._added, record)

    def refuse(self, record: Record) -> None:
        """Put a decision aside that the store does not take.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._append(self._refused, record)

    def _append(self, path: Path, record: Record) -> None:
        line = json.dumps(record, ensure_ascii=False).encode() + b"\n"
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked("lock"):
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                end = os.fstat(file).st_size
                if os.write(file, line) < len(line):
                    # A full disk takes a part; half a line must not stay.
                    os.ftruncate(file, end)
                    raise OSError("The disk is full.")
            finally:
                os.close(file)

    def drain(self, write: Callable[[Sequence[Record]], None]) -> bool:
        """Hand all decisions that wait to `write`, in order; tell whether none waits any more.

        Another worker that drains already is left alone. What `write` raises leaves the decisions
        waiting; it has to bear being handed one again.
        """
        if not self.waiting:
            return True
        with contextlib.suppress(BlockingIOError), self._locked("draining", wait=False):
            while self._take():
                records = _read(self._taken)
                for start in range(0, len(records), _CHUNK):
                    write(records[start : start + _CHUNK])
                self._taken.unlink()
        return not self.waiting

    def erase(self, lead_id: str) -> int:
        """Erase the decisions about a lead; return how many there were."""
        if not (self.waiting or self._refused.exists()):
            return 0
        erased = 0
        with self._locked("draining"), self._locked("lock"):
            for path in (*self._files(), *self._folder.glob(self._refused.name)):
                records = _read(path)
                kept = [record for record in records if record["lead_id"] != lead_id]
                erased += len(records) - len(kept)
                lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in kept]
                path.write_text("".join(lines), encoding="utf-8")
        return erased

    def _take(self) -> bool:
        """Put aside what was added so far, unless an earlier drain did not come to its end."""
        with self._locked("lock"):
            if self._taken.exists():
                return True
            if self._added.exists():
                self._added.rename(self._taken)
                return True
        return False

    def _files(self) -> list[Path]:
        return [path for path in (self._taken, self._added) if path.exists()]

    @contextlib.contextmanager
    def _locked(self, name: str, *, wait: bool = True) -> Iterator[None]:
        file = os.open(self._folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(file)


def _read(path: Path) -> list[Record]:
    """Return the decisions of a file; a power cut may have left half a line at its end."""
    records = []
    for line in path.read_bytes().splitlines():
        with contextlib.suppress(ValueError):
            records.append(json.loads(line))
    return records
