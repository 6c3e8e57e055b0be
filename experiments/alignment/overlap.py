"""How far marketing's audience and sales' won customers are the same people, by segment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.fates import Fates
from experiments.alignment.sources import values_of
from experiments.figures.shares import Figure, Share
from leadgate.arrays import Bools


@dataclass(frozen=True)
class Value:
    """One value of a segment: its share of the audience and of the customers, and how many win."""

    name: str
    audience: Share
    customers: Share
    won: Share


@dataclass(frozen=True)
class Overlap:
    """One segment.

    Attributes
    ----------
    overlap
        Sum over the values of the smaller of the two shares: 1 where customers are spread over
        the segment as the audience is, 0 where the two have no value in common.
    """

    segment: str
    overlap: Figure
    values: list[Value]


def overlaps(fates: Fates, segments: list[str]) -> list[Overlap]:
    """Compare the leads that were sent with those that were won, by each segment column."""
    known = [name for name in segments if name in fates.history.columns]
    if not (fates.history.won & fates.sent).any():
        return []
    return [_overlap(fates, name) for name in known]


def _overlap(fates: Fates, segment: str) -> Overlap:
    history, sent = fates.history, fates.sent
    won = history.won & sent
    names, groups = values_of(history.columns[segment], sent)
    n = len(groups)
    found = fates.bootstrap.shares(
        [*groups, *groups, *[history.won] * n],
        [*[sent] * n, *[won] * n, *[group & sent for group in groups]],
    )
    parts = zip(names, found[:n], found[n : 2 * n], found[2 * n :], strict=True)
    return Overlap(segment, _coefficient(fates, groups), [Value(*part) for part in parts])


def _coefficient(fates: Fates, groups: list[Bools]) -> Figure:
    """Return the overlapping coefficient of the two mixes (Weitzman 1970)."""
    audience = fates.bootstrap.totals([group & fates.sent for group in groups])
    won = fates.history.won & fates.sent
    bought = fates.bootstrap.totals([group & won for group in groups])
    with np.errstate(invalid="ignore"):
        value, draws = (
            np.minimum(a / a.sum(axis=0), b / b.sum(axis=0)).sum(axis=0)
            for a, b in zip(audience, bought, strict=True)
        )
    return fates.bootstrap.figure(float(value), draws, int(won.sum()))
