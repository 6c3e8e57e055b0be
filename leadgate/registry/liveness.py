"""Which runs are still at work: each holds a lock, which the system lets go when its process dies.

A run that was killed cannot say so itself. Its file stays, its lock is free, and whoever comes
next can tell it from one that is still at work, on this machine.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_SUFFIX = ".run"


@dataclass(frozen=True)
class Abandoned:
    """A run whose process is gone.

    `step` is what it was last seen doing, `seen_ms` when: milliseconds since the epoch.
    """

    run_id: str
    step: str
    seen_ms: int


class Sign:
    """The sign of life of one run, in a file that its process holds a lock on.

    Parameters
    ----------
    folder
        Of the configuration.
    """

    def __init__(self, folder: Path, run_id: str) -> None:
        place = _place(folder)
        place.mkdir(parents=True, exist_ok=True)
        self._path = place / f"{run_id}{_SUFFIX}"
        self._file, fresh = tempfile.mkstemp(dir=place)
        # Under its name only once it is held: another command would take it for abandoned.
        fcntl.flock(self._file, fcntl.LOCK_EX)
        Path(fresh).rename(self._path)

    def step(self, label: str) -> None:
        """Write down what the run is doing now."""
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, json.dumps(label).encode(), 0)

    def close(self) -> None:
        """Take the sign away: the run has ended and said so."""
        self._path.unlink(missing_ok=True)
        os.close(self._file)


def abandoned(folder: Path) -> Iterator[Abandoned]:
    """Yield the runs of a project whose process is gone; each is forgotten once it was handled.

    Parameters
    ----------
    folder
        Of the configuration.
    """
    for path in sorted(_place(folder).glob(f"*{_SUFFIX}")):
        # It may end, or be taken up by another command, at this moment; then its file is gone.
        with contextlib.suppress(BlockingIOError, FileNotFoundError), path.open() as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            seen = int(path.stat().st_mtime * 1000)
            yield Abandoned(path.stem, _step(file.read()), seen)
            path.unlink(missing_ok=True)


def _step(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return ""


def _place(folder: Path) -> Path:
    return folder / ".leadgate" / "running"
