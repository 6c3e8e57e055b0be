"""A fit that ships: its members blended and calibrated by what fits before it have shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from leadgate.arrays import Floats, Positions
from leadgate.model import Blend, Model
from training.dataset.sample import Sample
from training.ensemble.calibration import calibrate
from training.ensemble.fitted import Fitted
from training.ensemble.following import Walk, can_follow
from training.ensemble.level import Mature
from training.ensemble.mature import all_known, mature
from training.ensemble.members import Members
from training.ensemble.stacking import Stacked
from training.ensemble.unworked import with_unworked


def _nothing(rows: Positions) -> Floats:
    return np.zeros(rows.size)


class Shown(NamedTuple):
    """The snapshots that show a base-rate offset, and their log-odds before calibration: (n,)."""

    snapshots: Mature
    log_odds: Floats


def level_shown(
    sample: Sample, stacked: Stacked, log_odds: Callable[[Positions], Floats] = _nothing
) -> Shown | None:
    """Return the snapshots that show the base-rate offset; None where none can be calibrated.

    They are the mature ones where their offset moves from period to period. Where it stands still
    every labelled snapshot says as much of it, and the young ones make it surer.

    The windows can have shown enough while no snapshot of a sample is mature: a fit looks back at
    the leads of its own time, whose horizon is longer than the export had been kept by then.

    Parameters
    ----------
    log_odds
        Of rows of the sample, before calibration; left out: 0, as in a model of the base rate.
    """
    seen = mature(sample) if stacked.enough else None
    if seen is None or not 0 < seen.y.sum() < seen.y.size:
        return None
    shown = Shown(seen, log_odds(seen.rows))
    moves = seen.moves(max(stacked.slope.mean, 0.0) * shown.log_odds)
    return shown if moves else _all_shown(sample, log_odds)


def _all_shown(sample: Sample, log_odds: Callable[[Positions], Floats]) -> Shown:
    seen = all_known(sample)
    return Shown(seen, log_odds(seen.rows))


def assemble(members: Members, sample: Sample, stacked: Stacked) -> Fitted:
    """Blend members by what other fits of the same recipe have shown, and calibrate the blend.

    Parameters
    ----------
    sample
        What shows the base-rate offset.
    """

    def blended(rows: Positions) -> Floats:
        return members.log_odds(sample, rows) @ stacked.share

    shown = level_shown(sample, stacked, blended) or _all_shown(sample, blended)
    seen, shipped = shown
    calibration = calibrate(stacked.slope, seen, shipped)
    pairs = zip(members.candidates, stacked.share, strict=True)
    chosen = [(c.member, float(share)) for c, share in pairs if share > 0]
    blend = Blend([m for m, _ in chosen], [share for _, share in chosen])
    model = Model(blend, calibration)
    fitted = Fitted(
        members.feature_set, model, members.low, members.high,
        walk=_walk(sample, seen, calibration.slope * shipped),
    )  # fmt: skip
    return with_unworked(fitted, members, stacked, sample)


def _walk(sample: Sample, seen: Mature, log_odds: Floats) -> Walk | None:
    """Return how the offset moves; None where it is not known when outcomes come."""
    if not can_follow(sample):
        return None
    return Walk.of(seen, log_odds, sample.snapshots.as_of[seen.rows])
