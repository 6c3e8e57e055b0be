"""The one tie rule: a higher score first, then the smaller lead id; acting means `>=`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Bools, Positions


def ranked(score: ArrayLike, lead_id: ArrayLike) -> Positions:
    """Order leads for a handoff.

    Parameters
    ----------
    score
        Shape (n,), higher is better; NaN comes last.
    lead_id
        Shape (n,), text; or whole numbers in the order of the texts, which is quicker.

    Returns
    -------
    ndarray of shape (n,)
        Positions, best first.
    """
    score = np.asarray(score, dtype=np.float64)
    ids = np.asarray(lead_id)
    if ids.dtype.kind not in "iu":
        ids = ids.astype(str)
    return np.lexsort((ids, -np.nan_to_num(score, nan=-np.inf)))


def top(score: ArrayLike, lead_id: ArrayLike, n: int) -> Bools:
    """Mark the best `n` leads by the tie rule; shape (n_leads,), bool."""
    chosen = np.zeros(np.size(score), dtype=bool)
    chosen[ranked(score, lead_id)[: max(n, 0)]] = True
    return chosen
