"""The end of the data, and which closing times can be no record because they come after it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from features.parsing.times import NAT, now
from leadgate.arrays import Bools, Ints


def newest(times: Iterable[Ints]) -> int:
    """Return the latest of some instants that is not later than now; `NAT` for none."""
    end = now()
    return max((int(us[us <= end].max(initial=NAT)) for us in times), default=NAT)


def newest_outcome(won: Bools, closed: Ints, recorded: Ints) -> int:
    """Return the latest instant that outcomes report.

    Parameters
    ----------
    won, closed
        Shape (n,). Only wins count: a closing date that was planned is often left standing when a
        lead is lost.
    recorded
        Shape (n,), as stated: `NAT` where only the closing time is.
    """
    return newest([closed[won], recorded])


def forecasts(lost: Bools, closed: Ints, end: int) -> Bools:
    """Mark losses whose closing time comes after the end of the data; shape (n,).

    They are lost, and when is not known.
    """
    return np.asarray(lost & (closed > end))
