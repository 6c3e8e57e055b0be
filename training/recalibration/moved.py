"""A bundle with its base-rate offset moved: every lead keeps its rank and its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from leadgate.arrays import Floats
from leadgate.bundle.bundle import GOLDEN, LIMITS, POLICY, REFERENCE, Bundle, copy_bundle
from leadgate.jsonfile import read_json
from leadgate.model import Calibration, Model
from leadgate.model.calibration import sigmoid
from leadgate.model.model import CALIBRATION, UNWORKED
from training.packaging.reference import READINESS
from training.statistics.metrics import clipped_logit


def write_moved(
    bundle: Bundle, path: Path, *, shift: float, variance: float, meta: Mapping[str, Any], card: str
) -> Path:
    """Write a copy of a bundle with another offset; whatever is in readiness moves with it.

    That are the calibration, the golden rows, the distribution of scores from which a threshold
    follows, and the bins of readiness that `leadgate monitor` compares with. Grades stay pinned to
    their readiness.

    Parameters
    ----------
    shift, variance
        Added to the offset and to its variance.
    meta
        Entries of bundle.json beside ``created``.
    """
    calibration = bundle.model.calibration.moved(shift, variance)
    grown = float(calibration.covariance[0, 0] - bundle.model.calibration.covariance[0, 0])
    policy = replace(
        bundle.policy,
        scores=tuple(_moved(bundle.policy.scores, shift).tolist()),
        uplifts=_uplifts(bundle, shift),
    )
    created = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return copy_bundle(
        bundle,
        path,
        files={
            CALIBRATION: _calibration(bundle, calibration),
            GOLDEN: _golden(bundle, shift),
            POLICY: policy.to_dict(),
            REFERENCE: _reference(bundle.reference, shift),
            LIMITS: bundle.limits.widened(grown).to_dict(),
            **_unworked(bundle, shift, variance),
        },
        meta={**meta, "created": created},
        card=card,
    )


def _moved(readiness: Floats | tuple[float, ...], shift: float) -> Floats:
    return sigmoid(clipped_logit(np.asarray(readiness, dtype=np.float64)) + shift)


def _calibration(bundle: Bundle, calibration: Calibration) -> dict[str, Any]:
    return {**read_json(bundle.path / CALIBRATION), "calibration": calibration.to_dict()}


def _unworked(bundle: Bundle, shift: float, variance: float) -> dict[str, Any]:
    """Return the file of the arm left to marketing, whose level moves with that of the other."""
    arm = bundle.model.unworked
    if arm is None:
        return {}
    moved = arm.moved(shift, variance).to_dict()
    return {UNWORKED: {**read_json(bundle.path / UNWORKED), **moved}}


def _uplifts(bundle: Bundle, shift: float) -> tuple[float, ...]:
    """Return the distribution of the uplift, which changes as the mean of the golden rows does."""
    model = bundle.model
    if model.unworked is None:
        return bundle.policy.uplifts
    rows = np.array(read_json(bundle.path / GOLDEN)["rows"], dtype=np.float64)
    moved = Model(
        model.blend, model.calibration.moved(shift, 0.0), model.unworked.moved(shift, 0.0)
    )
    before, after = (float(each.uplift(rows)[:, 1].mean()) for each in (model, moved))
    # Where work adds nothing on the whole, there is nothing to change in proportion.
    factor = after / before if min(before, after) > 0 else 1.0
    return tuple((np.asarray(bundle.policy.uplifts) * factor).tolist())


def _golden(bundle: Bundle, shift: float) -> dict[str, Any]:
    values = read_json(bundle.path / GOLDEN)
    rows = np.array(values["rows"], dtype=np.float64)
    log_odds = bundle.model.log_odds(rows)
    readiness = bundle.model.calibration.moved(shift, 0.0).readiness(log_odds)
    return {**values, "readiness": readiness.tolist()}


def _reference(reference: Mapping[str, Any], shift: float) -> dict[str, Any]:
    columns = reference.get("columns", {})
    if READINESS not in columns:
        return dict(reference)
    bins = columns[READINESS]
    moved = {**bins, "edges": _moved(bins["edges"], shift).tolist()}
    return {**reference, "columns": {**columns, READINESS: moved}}
