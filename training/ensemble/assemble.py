"""A fit that ships: its members blended and calibrated by what fits before it have shown."""

from __future__ import annotations

from leadgate.arrays import Floats
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


def level_shown(sample: Sample, stacked: Stacked) -> Mature | None:
    """Return the snapshots that show the base-rate offset; None where none can be calibrated.

    The windows can have shown enough while no snapshot of a sample is mature: a fit looks back at
    the leads of its own time, whose horizon is longer than the export had been kept by then.
    """
    seen = mature(sample) if stacked.enough else None
    return seen if seen is not None and 0 < seen.y.sum() < seen.y.size else None


def assemble(members: Members, sample: Sample, stacked: Stacked) -> Fitted:
    """Blend members by what other fits of the same recipe have shown, and calibrate the blend.

    Parameters
    ----------
    sample
        What shows the base-rate offset.
    """
    seen = level_shown(sample, stacked) or all_known(sample)
    shipped = members.log_odds(sample, seen.rows) @ stacked.share
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
