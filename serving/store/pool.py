"""The connections of a process to its store, each for one thread at a time."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from leadgate.errors import StoreBusyError
from serving import timeouts

Raw = Any


@dataclass(slots=True, eq=False)
class Slot:
    """A place for one connection.

    Attributes
    ----------
    raw
        The driver's; None where there is none yet, or no more.
    synchronous
        SQLite's setting of it.
    opening
        Which opening of the pool it belongs to.
    """

    raw: Raw = None
    synchronous: str = ""
    opening: int = 0

    def close(self) -> None:
        """Let go of the connection."""
        raw, self.raw, self.synchronous = self.raw, None, ""
        if raw is not None:
            with contextlib.suppress(Exception):
                raw.close()


class Pool:
    """A few connections, opened when they are needed.

    Parameters
    ----------
    connect
        Opens one.
    size
        How many there may be.

    Attributes
    ----------
    lost
        How often connections were let go of.
    """

    def __init__(self, connect: Callable[[], Raw], size: int) -> None:
        self._connect = connect
        # The one that was used last comes first: what is not needed is not opened.
        self._idle: queue.LifoQueue[Slot] = queue.LifoQueue()
        for _ in range(size):
            self._idle.put(Slot())
        self._mine = threading.local()
        self._opening = self.lost = 0

    @contextlib.contextmanager
    def slot(self) -> Iterator[Slot]:
        """Have a place for oneself; within it, again the same one.

        Raises
        ------
        StoreBusyError
            If others have all of them for as long as a lock may be waited for.
        """
        slot: Slot | None = getattr(self._mine, "slot", None)
        if slot is not None:
            yield slot
            return
        try:
            slot = self._idle.get(timeout=timeouts.LOCK)
        except queue.Empty:
            raise StoreBusyError(
                "The store is busy: other calls have all of serving.connections.",
                hint="Ask again in a moment.",
            ) from None
        self._mine.slot = slot
        try:
            yield slot
        finally:
            self._mine.slot = None
            if slot.opening != self._opening:
                slot.close()
            self._idle.put(slot)

    def connected(self, slot: Slot) -> Raw:
        """Return the connection of a place, opened if there is none."""
        if slot.raw is None or slot.opening != self._opening:
            slot.close()
            slot.opening = self._opening
            slot.raw = self._connect()
        return slot.raw

    def cut(self) -> bool:
        """Return whether the other side ended the connection that this thread has."""
        slot: Slot | None = getattr(self._mine, "slot", None)
        return slot is not None and bool(getattr(slot.raw, "closed", False))

    def drop(self) -> None:
        """Let go of the connection that this thread has."""
        if (slot := getattr(self._mine, "slot", None)) is not None:
            slot.close()
            self.lost += 1

    def close(self) -> None:
        """Let go of all connections; those in use when their thread is done with them."""
        self._opening += 1
        self.lost += 1
        idle = []
        with contextlib.suppress(queue.Empty):
            while True:
                idle.append(self._idle.get_nowait())
        for slot in idle:
            slot.close()
            self._idle.put(slot)
