"""Golden rows: synthetic leads with the readiness that a bundle must give them everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from leadgate.errors import BundleError
from leadgate.jsonfile import read_json
from leadgate.model import Model

N_ROWS = 16

_MISSING = 0.15
_TOLERANCE = 1e-9


def golden_rows(model: Model, low: ArrayLike, high: ArrayLike) -> dict[str, Any]:
    """Draw rows within the ranges of training and score them.

    Parameters
    ----------
    model
        The model of the bundle.
    low, high
        Shape (n_features,). Between whole numbers (codes, counts) whole numbers are drawn.

    Returns
    -------
    dict
        ``rows`` (None where missing) and their ``readiness``, as JSON values.
    """
    ends = np.nan_to_num(np.array([low, high], dtype=np.float64))
    rng = np.random.default_rng(0)
    rows = rng.uniform(ends[0], ends[1], (N_ROWS, ends.shape[1]))
    whole = (ends == np.round(ends)).all(axis=0)
    rows = np.where(whole, np.round(rows), rows)
    rows[rng.random(rows.shape) < _MISSING] = np.nan
    listed = [[None if np.isnan(v) else v for v in row] for row in rows.tolist()]
    return {"rows": listed, "readiness": model.readiness(rows).tolist()}


def check_golden(path: Path, model: Model) -> None:
    """Score the rows of golden.json again.

    Raises
    ------
    BundleError
        If they get another readiness than when they were written, or the file cannot be read.
    """
    values = read_json(path)
    try:
        readiness = model.readiness(np.array(values["rows"], dtype=np.float64))
        expected = np.array(values["readiness"], dtype=np.float64)
        same = np.allclose(readiness, expected, rtol=_TOLERANCE, atol=0.0)
    except (KeyError, TypeError, ValueError, IndexError):
        raise BundleError(f"{path}: not the golden rows of this model.") from None
    if not same:
        raise BundleError(
            f"{path}: this machine does not reproduce the scores of the golden rows.",
            hint="Install the library versions that bundle.json lists, or train the model again.",
        )
