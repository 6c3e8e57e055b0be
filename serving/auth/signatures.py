"""The signatures of the last minutes: each is good for one request, on whatever replica."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from pathlib import Path

from leadgate.errors import StoreBusyError, StoreError
from serving.outage.availability import Availability

# Twice as long as a signature is good: it may carry a time that is that much ahead of ours.
KEEP_SECONDS = 600.0


class Signatures:
    """Remembers signatures in the store, for all replicas, and on the disk, for its workers.

    The disk alone is what is left while the store is away.

    Parameters
    ----------
    folder
        Where, on the disk.
    availability
        Of the store; None where there is none.
    """

    def __init__(self, folder: Path, availability: Availability | None = None) -> None:
        self._folder = folder
        self._availability = availability
        self._tidied = 0.0

    def spend(self, signature: bytes) -> bool:
        """Remember a signature; False where any worker of any replica has seen it already.

        Raises
        ------
        StoreBusyError
            If others hold the store: it is not spent.
        """
        if time.time() - self._tidied > KEEP_SECONDS / 2:
            self._tidy()
        try:
            self._file(signature).open("x").close()
        except FileExistsError:
            return False
        if self._availability is None or self._availability.away:
            return True
        try:
            return self._availability.store.claim(_name(signature))
        except StoreBusyError:
            self._file(signature).unlink(missing_ok=True)
            raise
        except StoreError as error:
            self._availability.note_away(error)
            return True

    def release(self, signature: bytes) -> None:
        """Forget a signature whose request has to be sent again."""
        if self._availability is not None and not self._availability.away:
            # Where the store does not forget it, whoever signed signs anew.
            with suppress(StoreError):
                self._availability.store.release(_name(signature))
        self._file(signature).unlink(missing_ok=True)

    def _file(self, signature: bytes) -> Path:
        return self._folder / _name(signature)

    def _tidy(self) -> None:
        self._tidied = time.time()
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            # Another worker may have been quicker.
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < self._tidied - KEEP_SECONDS:
                    path.unlink()


def _name(signature: bytes) -> str:
    return hashlib.sha256(signature).hexdigest()
