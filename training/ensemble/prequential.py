"""Each forward window with its offset frozen at the start and with one that follows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from leadgate.arrays import Floats, Ints, Positions
from leadgate.model.calibration import sigmoid
from training.dataset.even_sample import even_sample
from training.dataset.sample import Sample
from training.ensemble.following import Outcomes, Trajectory, Walk, delay_days, follow
from training.ensemble.forward import WindowFits
from training.ensemble.level import Mature, local_level
from training.ensemble.mature import periods
from training.ensemble.stacking import Stacked
from training.validation.windows import holds_both

# So many rows of either kind, those before a window and those that mature from it on, show a level.
MOST_ROWS = 10_000


@dataclass(frozen=True)
class Prequential:
    """Evaluated snapshots, each with what was known when it was scored; shape (n,) each.

    Attributes
    ----------
    frozen, followed
        Readiness by the offset of the start of the window, and by the followed one.
    """

    y: Floats
    weight: Floats
    account: Ints
    frozen: Floats
    followed: Floats

    @classmethod
    def together(cls, parts: Sequence[Prequential]) -> Prequential:
        """Return the snapshots of several windows."""
        names = ("y", "weight", "account", "frozen", "followed")
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


@dataclass(frozen=True)
class FollowedWindow:
    """One forward window: how its offset would have moved, and what that was worth.

    `delay_days` is how long an outcome took until it counted.
    """

    trajectory: Trajectory
    evaluated: Prequential
    delay_days: float


def follow_window(sample: Sample, fits: WindowFits, stacked: Stacked) -> FollowedWindow | None:
    """Score a window by the offset of its start, and by that moved as outcomes matured.

    The start is the local level of what had matured by then, by fits that have not seen the
    account. A snapshot counts for the offset from the end of the week on in which its outcome had
    to be known, so the delay is that of the data.

    Returns
    -------
    FollowedWindow or None
        None where too little was known when the window began, or nothing of it is evaluated.
    """
    rows = _rows(sample, fits)
    labels, start = sample.labels, fits.window.start
    earlier = labels.matures_at[rows] < start
    if not rows.size or not holds_both(labels.y[rows[earlier]]) or earlier.all():
        return None
    log_odds = stacked.slope.mean * (fits.log_odds(sample, rows) @ stacked.share)
    level, walk = _start(sample, rows[earlier], log_odds[earlier])
    seen = outcomes_of(sample, rows, level + log_odds)
    trajectory = follow(walk, seen.take(~earlier), start)
    inside = seen.take(seen.as_of >= start)
    if not inside.y.size:
        return None
    frozen, followed = inside.log_odds, inside.log_odds + trajectory.at(inside.as_of)
    evaluated = Prequential(
        inside.y, inside.weight, inside.account, sigmoid(frozen), sigmoid(followed)
    )
    return FollowedWindow(trajectory, evaluated, delay_days(inside))


def outcomes_of(sample: Sample, rows: Positions, log_odds: Floats) -> Outcomes:
    """Return mature snapshots of a sample with their log-odds, ready to be followed."""
    labels = sample.labels
    return Outcomes(
        log_odds=log_odds,
        y=labels.y[rows],
        weight=labels.evaluation_weight[rows],
        account=sample.account[rows],
        as_of=sample.snapshots.as_of[rows],
        matures_at=labels.matures_at[rows],
    )


def _rows(sample: Sample, fits: WindowFits) -> Positions:
    """Return the mature snapshots that a window's fits can score: those before it ends."""
    labels, window = sample.labels, fits.window
    some = (labels.evaluation_weight > 0) & (sample.snapshots.order < window.end)
    some &= np.isin(sample.part, list(fits.parts))
    earlier = labels.matures_at < window.start
    groups = [np.flatnonzero(some & group) for group in (earlier, ~earlier)]
    return np.concatenate([even_sample(rows, MOST_ROWS) for rows in groups])


def _start(sample: Sample, rows: Positions, log_odds: Floats) -> tuple[float, Walk]:
    """Return the local level of what had matured when a window began, and its walk."""
    y, order = sample.labels.y[rows], sample.snapshots.order[rows]
    weight, account = sample.labels.evaluation_weight[rows], sample.account[rows]
    mature = Mature(rows, y, weight, periods(order, y, weight), account)
    levels, noise, _ = mature.levels(log_odds)
    share = local_level(levels, np.diag(noise)).share
    return float(share @ levels), Walk.of(mature, log_odds, sample.snapshots.as_of[rows])
