"""Waiting for a store that others hold, within the time that a request has."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import NamedTuple, TypeVar

from features.parsing.times import now
from leadgate.errors import StoreBusyError, StoreLostError
from serving import metrics, timeouts

_PAUSE_SECONDS = 0.05
# A connection that is cut says little of the store; one that cannot be opened says that it is away.
_MOST_CUTS = 3

T = TypeVar("T")


class Arrival(NamedTuple):
    """When a request came in.

    Attributes
    ----------
    at
        Microseconds since the epoch, UTC.
    until
        When its time to wait for the store ends, of `time.monotonic`.
    """

    at: int
    until: float


def arrival(patience: float | None = None) -> Arrival:
    """Return the arrival of a request that comes in now; `patience` in seconds."""
    return Arrival(now(), time.monotonic() + (timeouts.STORE if patience is None else patience))


def patiently(work: Callable[[], T], until: float) -> T:
    """Do something that others may hold up, once more and again until an instant.

    Parameters
    ----------
    work
        Leaves nothing behind where it raises, or does nothing twice.
    until
        Of `Arrival`.

    Raises
    ------
    StoreBusyError
        If the store is still busy then.
    StoreLostError
        If new connections are cut, too.
    """
    cuts = 0
    while True:
        began = time.monotonic()
        try:
            return work()
        except StoreLostError:
            cuts += 1
            if cuts > _MOST_CUTS:
                raise
        except StoreBusyError:
            # Not all who wait at the same moment.
            pause = _PAUSE_SECONDS * random.uniform(0.5, 1.5)  # noqa: S311
            if time.monotonic() + pause >= until:
                raise
            time.sleep(pause)
            metrics.store_waited.inc(time.monotonic() - began)
