"""The spool: what waits on the disk while the store is away, in the order in which it came.

Two files of one JSON object a line, about one lead: one that is added to, and one that is being
written to the store. All workers share them. While either is there nobody writes to the store
directly, so that the order stays.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import json
import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

Record = dict[str, Any]

# Written in one transaction.
_CHUNK = 200
# Bytes of a file that are counted at once.
_PART = 1 << 20


class Spool:
    """What waits in a folder.

    Parameters
    ----------
    folder
        Made when the first thing has to wait.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._added, self._taken = folder / "waiting.jsonl", folder / "writing.jsonl"
        self._refused = folder / "refused.jsonl"
        self._names = (os.fspath(self._added), os.fspath(self._taken))
        self._counted: dict[Path, tuple[int, int]] = {}

    @property
    def waiting(self) -> bool:
        """Whether anything waits."""
        # Unlike a stat of what is not there this raises nothing; it is asked for every decision.
        return any(os.access(name, os.F_OK) for name in self._names)

    def __len__(self) -> int:
        # Asked for every second of an outage, in which the files only grow.
        self._counted = {path: self._count(path) for path in self._files()}
        return sum(lines for _, lines in self._counted.values())

    def add(self, records: Sequence[Record], *, durable: bool = False) -> None:
        """Add records, all or none; they survive the end of this process when this returns.

        Parameters
        ----------
        records
            Each with its ``lead_id``.
        durable
            Whether they have to survive a power cut as well.

        Raises
        ------
        OSError
            If they cannot be written.
        """
        self._append(self._added, records, durable)

    def refuse(self, record: Record) -> None:
        """Put a record aside that the store does not take.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._append(self._refused, [record], durable=True)

    def _append(self, path: Path, records: Sequence[Record], durable: bool) -> None:
        lines = _lines(records)
        if not lines:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._locked("lock"):
            file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            try:
                end = os.fstat(file).st_size
                if end and os.pread(file, 1, end - 1) != b"\n":
                    # Half a line that a killed process left must not spoil the next one.
                    lines = b"\n" + lines
                if os.write(file, lines) < len(lines):
                    # A full disk takes a part; half a line must not stay.
                    os.ftruncate(file, end)
                    raise OSError(errno.ENOSPC, "No space left on device")
                if durable:
                    os.fsync(file)
                    if not end:
                        _sync_folder(self._folder)
            finally:
                os.close(file)

    def drain(self, write: Callable[[Sequence[Record]], None]) -> bool:
        """Hand all that waits to `write`, in order; tell whether nothing waits any more.

        Another worker that drains already is left alone. What `write` raises leaves the records
        waiting; it has to bear being handed one again.
        """
        if not self.waiting:
            return True
        with contextlib.suppress(BlockingIOError), self._locked("draining", wait=False):
            while self._take():
                records = _records(self._taken)
                while chunk := list(islice(records, _CHUNK)):
                    write(chunk)
                self._taken.unlink()
        return not self.waiting

    def erase(self, lead_id: str) -> int:
        """Erase what waits about a lead; return how many records there were."""
        if not (self.waiting or self._refused.exists()):
            return 0
        erased = 0
        with self._locked("draining"), self._locked("lock"):
            for path in (*self._files(), *self._folder.glob(self._refused.name)):
                records = list(_records(path))
                kept = [record for record in records if record["lead_id"] != lead_id]
                erased += len(records) - len(kept)
                _write_whole(path, _lines(kept))
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

    def _count(self, path: Path) -> tuple[int, int]:
        """Return bytes and lines of a file, reading what it grew by since it was counted last."""
        end, lines = self._counted.get(path, (0, 0))
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < end:
                end = lines = 0
            file.seek(end)
            while part := file.read(_PART):
                end, lines = end + len(part), lines + part.count(b"\n")
        return end, lines

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


def _lines(records: Sequence[Record]) -> bytes:
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


def _write_whole(path: Path, content: bytes) -> None:
    """Put other content into a file, or leave it as it is."""
    scratch = path.with_suffix(".scratch")
    scratch.touch(0o600)
    with scratch.open("wb") as whole:
        whole.write(content)
        whole.flush()
        os.fsync(whole.fileno())
    scratch.replace(path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let the names of the files in a folder survive a power cut."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _records(path: Path) -> Iterator[Record]:
    """Yield the records of a file; a power cut or a kill may have left half a line."""
    with path.open("rb") as file:
        for line in file:
            with contextlib.suppress(ValueError):
                yield json.loads(line)
