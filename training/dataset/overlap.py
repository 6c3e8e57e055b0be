"""Overlap: whether leads that are alike were both worked and left to marketing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.history.snapshots import Snapshots
from leadgate.arrays import Floats
from training.dataset.censoring import CLIP
from training.dataset.labels import Labels
from training.statistics.clusters import effective_n

# Outside of these, leads have no counterpart in the other arm.
LEAST_CHANCE, MOST_CHANCE = 0.02, 1.0 - CLIP
MOST_OUTSIDE = 0.30
# Leads left to marketing that have to be known, of either kind, and all of them together.
MIN_OF_A_KIND, MIN_LEADS = 10, 50.0


@dataclass(frozen=True)
class Overlap:
    """How the two arms overlap.

    Attributes
    ----------
    outside
        Which share of the leads was nearly sure to be worked, or nearly sure to be left alone, by
        what sales could see.
    leads
        How many leads left to marketing are known, effectively (Kish).
    won, lost
        How many of them won and did not win.
    """

    outside: float
    leads: float
    won: int
    lost: int

    @property
    def refused(self) -> str:
        """Why nothing can be said about leads left to marketing; "" where it can."""
        if min(self.won, self.lost) < MIN_OF_A_KIND:
            return (
                f"of the leads left to marketing {self.won} are known to have won and {self.lost} "
                f"not to have won, and {MIN_OF_A_KIND} of either are needed"
            )
        if self.leads < MIN_LEADS:
            return (
                f"the leads left to marketing count for {self.leads:.0f} even ones, and "
                f"{MIN_LEADS:.0f} are needed"
            )
        if self.outside > MOST_OUTSIDE:
            return (
                f"{self.outside:.0%} of the leads were nearly sure to be worked or nearly sure to "
                "be left alone, so there is no other lead like them to compare them with"
            )
        return ""


NO_OVERLAP = Overlap(1.0, 0.0, 0, 0)


def overlap_of(chance: Floats, snapshots: Snapshots, labels: Labels) -> Overlap:
    """Compare the arms.

    Parameters
    ----------
    chance
        Shape (n,), of being worked within the horizon after each snapshot, by what sales saw then.
    snapshots, labels
        Of leads left to marketing; shape (n,).
    """
    if not len(snapshots):
        return NO_OVERLAP
    outside = (chance < LEAST_CHANCE) | (chance > MOST_CHANCE)
    labelled = labels.weight > 0
    winners = np.unique(snapshots.lead[labelled & (labels.y == 1)])
    losers = np.setdiff1d(snapshots.lead[labelled & (labels.y == 0)], winners)
    by_lead: Floats = np.bincount(snapshots.lead, labels.weight).astype(np.float64)
    return Overlap(
        outside=float(np.average(outside, weights=snapshots.weight)),
        leads=effective_n(by_lead) if labelled.any() else 0.0,
        won=winners.size,
        lost=losers.size,
    )
