"""How often one caller may ask: a token bucket for each."""

from __future__ import annotations

import time
from collections.abc import Callable


class RateLimit:
    """A bucket for each caller, filled steadily; a lead takes one token, and so does a request.

    It holds what one second brings, at least one token. A list of leads may take more than there
    are: it is answered, and the next request waits until they are made up for. Each worker has its
    own buckets: with several workers a caller gets up to so many times the rate.

    Parameters
    ----------
    per_second
        Tokens a second, above 0.
    clock
        Seconds, never going back.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_second
        self._size = max(1.0, per_second)
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, caller: str) -> float:
        """Take a token of a caller and return 0, or the seconds until there will be one."""
        now = self._clock()
        tokens, filled = self._buckets.get(caller, (self._size, now))
        tokens = min(self._size, tokens + (now - filled) * self._rate)
        missing = 1.0 - tokens
        self._buckets[caller] = (tokens if missing > 0 else tokens - 1.0, now)
        return max(0.0, missing / self._rate)

    def charge(self, caller: str, tokens: int) -> None:
        """Take further tokens of a caller, whether or not there are so many."""
        left, filled = self._buckets.get(caller, (self._size, self._clock()))
        self._buckets[caller] = (left - tokens, filled)
