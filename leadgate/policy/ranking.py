"""The one tie rule: a higher score first, then the smaller lead id; acting means `>=`."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from leadgate.arrays import Bools, Positions, text_order


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
    worst_last = -np.nan_to_num(np.asarray(score, dtype=np.float64), nan=-np.inf)
    # A list of texts would become an array as wide as the longest of them.
    ids = np.asarray(lead_id, dtype=None if hasattr(lead_id, "dtype") else object)
    if ids.dtype.kind in "iu":
        return np.lexsort((ids, worst_last))
    by_id = text_order(ids)
    return by_id[np.argsort(worst_last[by_id], kind="stable")]


def top(score: ArrayLike, lead_id: ArrayLike, n: int) -> Bools:
    """Mark the best `n` leads by the tie rule; shape (n_leads,), bool."""
    chosen = np.zeros(np.size(score), dtype=bool)
    chosen[ranked(score, lead_id)[: max(n, 0)]] = True
    return chosen
