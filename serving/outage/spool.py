"""The spool: what waits on the disk while the store is away, in the order in which it came.

Two files of one JSON object a line, about one lead: one that is added to, and one that is being
written to the store. All workers share them. While either is there nobody writes to the store
directly, so that the order stays. A third file says up to which byte the second was written, and
is only a help: what is written twice changes nothing.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from serving.outage import lines
from serving.outage.lines import Record

# Handed to the writer at once; it takes as many as it likes.
_CHUNK = 50
# Bytes of a file that are counted at once.
_PART = 1 << 20
_LONGEST_PAUSE_SECONDS = 0.5


class Spool:
    """What waits in a folder.

    Parameters
    ----------
    folder
        Made when the first thing has to wait.

    Attributes
    ----------
    refused
        The file of the records that the store does not take; nothing reads it again.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.refused = folder / "refused.jsonl"
        self._added, self._taken = folder / "waiting.jsonl", folder / "writing.jsonl"
        self._place = folder / "writing.place"
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
        return sum(count for _, count in self._counted.values()) - self._written()[1]

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
        """Set a record aside that the store does not take.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        self._append(self.refused, [record], durable=True)

    def set_aside(self) -> list[Record]:
        """Return the records that are set aside."""
        if not self.refused.exists():
            return []
        return [record for record, _ in lines.read(self.refused) if record is not None]

    def drain(
        self, write: Callable[[Sequence[Record]], int], pause: Callable[[float], None] = time.sleep
    ) -> bool:
        """Hand all that waits to `write`, in order; return whether nothing waits any more.

        Another worker that drains already is left alone. Between two parts the others have the
        store for as long as the last one took, and for ever less where as much comes in meanwhile
        as is written: the way back has to end.

        Parameters
        ----------
        write
            Writes some records from the first one on and returns how many. What it raises leaves
            the rest waiting; it has to bear being handed a record again.
        pause
            Waits for so many seconds.
        """
        before, rest = self._size(), 1.0
        while self.waiting:
            started = time.monotonic()
            try:
                with self.locked("draining", wait=False):
                    again = self._write_next(write)
            except BlockingIOError:
                return False
            if again:
                size = self._size()
                rest = rest if size < before else rest / 2
                before = size
                pause(min(rest * (time.monotonic() - started), _LONGEST_PAUSE_SECONDS))
        return True

    def erase(self, lead_id: str) -> int:
        """Erase what waits about a lead; return how many records there were."""
        if not self.folder.exists():
            return 0
        erased = 0
        with self.locked("draining"), self.locked("lock"):
            self._clean()
            written, _ = self._written()
            # First: a place in the file of before would skip what was never written.
            self._place.unlink(missing_ok=True)
            for path in (*self._files(), *self.folder.glob(self.refused.name)):
                start = written if path == self._taken else 0
                records = [record for record, _ in lines.read(path, start) if record is not None]
                kept = [record for record in records if record.get("lead_id") != lead_id]
                erased += len(records) - len(kept)
                lines.replace(path, lines.encoded(kept))
        return erased

    def clean(self) -> None:
        """Remove what a process left that ended while it wrote a file anew."""
        if self.folder.exists():
            with self.locked("draining"), self.locked("lock"):
                self._clean()

    def _clean(self) -> None:
        for path in (self._added, self._taken, self.refused):
            path.with_suffix(".scratch").unlink(missing_ok=True)

    @contextlib.contextmanager
    def locked(self, name: str, *, wait: bool = True) -> Iterator[None]:
        """Have something in the folder for oneself, before all workers.

        Raises
        ------
        BlockingIOError
            If another has it and `wait` is false.
        """
        file = os.open(self.folder / name, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        finally:
            os.close(file)

    def _append(self, path: Path, records: Sequence[Record], durable: bool) -> None:
        if records:
            self.folder.mkdir(parents=True, exist_ok=True)
            content = lines.encoded(records)
            with self.locked("lock"):
                lines.append(path, content, durable=durable)

    def _write_next(self, write: Callable[[Sequence[Record]], int]) -> bool:
        """Let the next records be written and remember how far; return whether there were any."""
        self._take()
        if not self._taken.exists():
            return False
        start, count = self._written()
        records, ends = [], []
        for record, end in lines.read(self._taken, start):
            if record is not None:
                records.append(record)
                ends.append(end)
            if len(records) == _CHUNK:
                break
        if not records:
            self._place.unlink(missing_ok=True)
            self._taken.unlink()
            return False
        if n := write(records):
            self._remember(ends[n - 1], count + n)
        return True

    def _take(self) -> None:
        """Put aside what was added so far, unless an earlier drain did not come to its end."""
        with self.locked("lock"):
            if not self._taken.exists() and self._added.exists():
                self._added.rename(self._taken)

    def _written(self) -> tuple[int, int]:
        """Return up to which byte, and how many records, of the taken file were written."""
        with contextlib.suppress(OSError, ValueError, KeyError):
            place = json.loads(self._place.read_bytes())
            if place["of"] == self._taken.stat().st_ino:
                return int(place["end"]), int(place["records"])
        return 0, 0

    def _remember(self, end: int, records: int) -> None:
        place = {"of": self._taken.stat().st_ino, "end": end, "records": records}
        with contextlib.suppress(OSError):
            lines.replace(self._place, json.dumps(place).encode(), durable=False)

    def _size(self) -> int:
        """Return how many bytes wait."""
        sizes = 0
        for path in self._files():
            with contextlib.suppress(FileNotFoundError):
                sizes += path.stat().st_size
        return sizes - self._written()[0]

    def _count(self, path: Path) -> tuple[int, int]:
        """Return bytes and lines of a file, reading what it grew by since it was counted last."""
        end, count = self._counted.get(path, (0, 0))
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size < end:
                end = count = 0
            file.seek(end)
            while part := file.read(_PART):
                end, count = end + len(part), count + part.count(b"\n")
        return end, count

    def _files(self) -> list[Path]:
        return [path for path in (self._taken, self._added) if path.exists()]
