"""Forward windows: what is evaluated lies after everything that the fit has seen."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from leadgate.arrays import Bools, Floats, Ints, Positions

TEST_SHARE = 0.20
FOLDS = 4
MIN_OF_A_KIND = 10


@dataclass(frozen=True)
class Window:
    """A window on the time axis of the splits: start <= order < end.

    The fit that it evaluates sees the data cut at `start`.
    """

    start: int
    end: int

    def holds(self, order: Ints) -> Bools:
        """Return which snapshots lie in the window; shape (n,)."""
        return (order >= self.start) & (order < self.end)


def test_window(order: Ints, evaluation_weight: Floats) -> Window | None:
    """Return the newest 20 % of the mature snapshots; instants stay whole.

    None when all mature snapshots lie at one instant, so that nothing comes before.
    """
    mature = np.sort(order[evaluation_weight > 0])
    if not mature.size or mature[0] == mature[-1]:
        return None
    start = mature[int((1 - TEST_SHARE) * mature.size)]
    if start == mature[0]:
        start = mature[np.searchsorted(mature, start, side="right")]
    return Window(int(start), int(mature[-1]) + 1)


def forward_windows(
    order: Ints, y: Floats, evaluation_weight: Floats, earliest: int, end: int | None = None
) -> list[Window]:
    """Return up to four windows, as many mature snapshots in each, from `earliest` on.

    Fewer where a window would hold fewer than ten wins or ten losses; none where not even one
    does.

    Parameters
    ----------
    order, y, evaluation_weight
        Shape (n,), of the snapshots before the test window.
    earliest
        The first instant at which there is enough to fit on (see `earliest_cut`).
    end
        Of the last window; left out: just after the newest mature snapshot.
    """
    usable = (evaluation_weight > 0) & (order >= earliest)
    mature = np.sort(order[usable])
    for count in range(FOLDS, 0, -1):
        if not mature.size:
            break
        places = np.arange(count) * mature.size // count
        last = int(mature[-1]) + 1 if end is None else end
        edges = [*np.unique(mature[places]).tolist(), last]
        windows = [Window(int(a), int(b)) for a, b in pairwise(edges)]
        if all(holds_both(y[usable & window.holds(order)]) for window in windows):
            return windows
    return []


def earliest_cut(known_at: Ints, y: Floats, order: Ints, evaluation_weight: Floats) -> int | None:
    """Return the earliest instant at which a fit has seen enough of both classes.

    By then a fifth of the wins and of the losses was known, ten of each at least; but no later
    than needed for the newest 60 % of the mature snapshots to be evaluated, when ten of each were
    known by then.

    Parameters
    ----------
    known_at
        When each label came to be known, on the time axis of `order`; rows whose label is not
        known have NaN in `y`.
    """
    enough, fifth = [], []
    for kind in (1.0, 0.0):
        times = np.sort(known_at[y == kind])
        if times.size < MIN_OF_A_KIND:
            return None
        enough.append(times[MIN_OF_A_KIND - 1])
        fifth.append(times[max(MIN_OF_A_KIND, times.size // 5) - 1])
    mature = np.sort(order[evaluation_weight > 0])
    if not mature.size:
        return None
    latest = mature[int(0.4 * mature.size)]
    return int(max(*enough, min(max(fifth), latest))) + 1


def disjoint_windows(
    order: Ints, known_at: Ints, y: Floats, account: Ints
) -> list[tuple[Positions, Positions]]:
    """Return the rows to fit on and to evaluate of each forward window, no account in both.

    For rows that are seen once each: who is in the window leaves the fit. A window is left out
    where ten wins and ten losses are not known before it, or it holds one kind only.

    Parameters
    ----------
    order, known_at, y, account
        Shape (n,), as in `earliest_cut`; accounts as codes.
    """
    every, trials = np.ones(y.size), []
    earliest = earliest_cut(known_at, y, order, every)
    if earliest is None:
        return []
    for window in forward_windows(order, y, every, earliest):
        inside = window.holds(order)
        before = (order < window.start) & (known_at < window.start)
        fit = before & ~np.isin(account, account[inside])
        if holds_both(y[fit]) and np.unique(y[inside]).size == 2:
            trials.append((np.flatnonzero(fit), np.flatnonzero(inside)))
    return trials


def holds_both(y: Floats) -> bool:
    """Return whether there are ten wins and ten losses at least."""
    return bool(min((y == 1).sum(), (y == 0).sum()) >= MIN_OF_A_KIND)
