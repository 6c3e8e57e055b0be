"""Exploration: a few leads below the line are handed off anyway, to learn what becomes of them."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b
from typing import TypeVar

import numpy as np

from leadgate.arrays import Floats

# This part of the exploration is spread evenly, so that no lead below the line has a propensity
# near zero: of 3 % it leaves 1 % to the least ready.
EVEN = 1.0 / 3.0
# What a number is drawn for: two draws of one id have nothing to do with each other.
EXPLORE_DRAW, CONTROL_DRAW = b"", b"control"

Readiness = TypeVar("Readiness", float, Floats)


def draw(lead_id: str, key: str, purpose: bytes = EXPLORE_DRAW) -> float:
    """Return the lead's own uniform number in [0, 1).

    A keyed hash: the same lead and key always give the same answer, so that asking twice does not
    roll the dice twice.
    """
    return (int.from_bytes(_digest(lead_id, key.encode()[:64], purpose)) >> 11) * 2.0**-53


def draws(lead_ids: Iterable[str], key: str, purpose: bytes = EXPLORE_DRAW) -> Floats:
    """Return the number of each of many leads; shape (n,)."""
    secret = key.encode()[:64]
    digests = b"".join(_digest(lead_id, secret, purpose) for lead_id in lead_ids)
    return np.asarray((np.frombuffer(digests, dtype=">u8") >> 11) * 2.0**-53, dtype=np.float64)


def _digest(lead_id: str, secret: bytes, purpose: bytes) -> bytes:
    text = lead_id.encode(errors="surrogatepass")
    return blake2b(text, key=secret, digest_size=8, person=purpose).digest()


def rates(mean: float, share: float) -> tuple[float, float]:
    """Return the rates of exploration that hand off `share` of the leads below the line.

    A lead below the line is handed off with the probability ``even + slope * readiness`` (1 at
    most): likelier near the line, and never less than a third of `share`.

    Parameters
    ----------
    mean
        Of the readiness of the leads below the line; 0 where none is.
    share
        Share of the leads below the line, in [0, 1].

    Returns
    -------
    even, slope
    """
    return (EVEN * share, (1.0 - EVEN) * share / mean) if mean > 0 else (share, 0.0)
