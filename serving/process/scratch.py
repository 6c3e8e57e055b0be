"""The scratch folder of one run of the service, and those that killed runs have left behind.

A folder belongs to whoever holds the lock on a file in it. The system lets go of a lock when its
holder is gone, however it ended, so that a folder whose lock is free is nobody's.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from pathlib import Path

_PREFIX, _LOCK = "leadgate-serve-", "lock"


def make() -> tuple[Path, int]:
    """Make a folder, after sweeping out those that are nobody's.

    Returns
    -------
    folder, lock
        The folder, and a file descriptor: the folder is somebody's while any process has it open.
    """
    _sweep()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    # Under its name only once it is held: a start at the same moment would take it for nobody's.
    fresh = folder / "new-lock"
    lock = os.open(fresh, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    fresh.rename(folder / _LOCK)
    return folder, lock


def _sweep() -> None:
    for file in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*/{_LOCK}"):
        # Somebody else's, or somebody's at work.
        with contextlib.suppress(OSError):
            lock = os.open(file, os.O_RDWR)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(file.parent, ignore_errors=True)
            finally:
                os.close(lock)
