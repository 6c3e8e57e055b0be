"""Exploration: a few leads below the line are handed off anyway, to learn what becomes of them."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray


def draw(lead_id: str, key: str) -> float:
    """Return the lead's own uniform number in [0, 1).

    A keyed hash: the same lead and key always give the same answer, so that asking twice does not
    roll the dice twice.
    """
    digest = blake2b(lead_id.encode(errors="surrogatepass"), key=key.encode()[:64], digest_size=8)
    return (int.from_bytes(digest.digest(), "big") >> 11) * 2.0**-53


def rate(scores: NDArray[np.float64], line: float, share: float) -> float:
    """Return the rate of exploration that hands off `share` of the leads below the line.

    A lead below the line is handed off with probability ``min(1, rate * readiness)``: likelier
    near the line.

    Parameters
    ----------
    scores
        Readiness of the leads that come in, shape (n,).
    line
        The readiness from which everyone is handed off.
    share
        Share of the leads below the line, in [0, 1].
    """
    below = scores[scores < line]
    total = float(below.sum())
    return share * below.size / total if total > 0 else 0.0
