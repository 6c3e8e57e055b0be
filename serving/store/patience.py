"""Waiting for a store that others hold, within the time that a request has."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from leadgate.errors import StoreBusyError

# What a CRM waits for; with one more try that the database itself ends, far below the 50 seconds
# after which the service answers that it was too slow.
PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS = 0.05

T = TypeVar("T")


def deadline() -> float:
    """Return until when a request that came in now may wait for the store, `time.monotonic`."""
    return time.monotonic() + PATIENCE_SECONDS


def patiently(work: Callable[[], T], until: float) -> T:
    """Do something that others may hold up, once more and again until an instant.

    Parameters
    ----------
    work
        Leaves nothing behind where it raises.
    until
        As `deadline` returns it.

    Raises
    ------
    StoreBusyError
        If the store is still busy then.
    """
    while True:
        try:
            return work()
        except StoreBusyError:
            # Not all who wait at the same moment.
            pause = _PAUSE_SECONDS * random.uniform(0.5, 1.5)  # noqa: S311
            if time.monotonic() + pause >= until:
                raise
            time.sleep(pause)
