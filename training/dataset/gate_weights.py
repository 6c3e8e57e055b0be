"""How many leads each lead stands for that a gate handed off: itself, and those like it held back.

A lead taken to explore was drawn with a small probability, one outside a control group with a large
one: the inverse of it is how many it stands for (Horvitz & Thompson 1952). No inverse is larger
than that of the smallest chance that the policy plans, which pacing can undercut; and since it is
known how many leads were held back, the weights of leads of like chance are rescaled to their
count (poststratification: Holt & Smith 1979).
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from features.stored_tables import first_handoffs
from leadgate.arrays import Bools, Floats, Ints
from leadgate.policy import CONTROL, HAND_OFF, NURTURE
from leadgate.policy.exploration import EVEN

# So few explored leads a stratum that their count is not mostly chance, and so many strata.
PER_STRATUM, MOST_STRATA = 25, 5
_LINE, _NOBODY = 0, -1
_DIGITS = 9


def stands_for(decisions: pd.DataFrame, policies: pd.DataFrame) -> pd.Series:
    """Return how many leads each handed-off lead stands for, by lead id.

    Leads that waited because the week was full had no chance: nobody stands for them.

    Parameters
    ----------
    decisions
        Those that were answered, oldest first; as `StoredTables.decisions`.
    policies
        As `StoredTables.policies`.
    """
    first = decisions[decisions["decision"].isin([HAND_OFF, NURTURE])].drop_duplicates("lead_id")
    first = first.merge(policies, "left", "policy_digest").set_index("lead_id")
    taken = first_handoffs(decisions).set_index("lead_id").reindex(first.index)
    handed_off = taken["propensity"].notna().to_numpy()
    explored = handed_off & taken["explored"].fillna(False).to_numpy(dtype=bool)
    stratum = _strata(first, handed_off, explored)
    chance = taken["propensity"].to_numpy(dtype=np.float64)
    inverse = 1.0 / np.maximum(chance, _least(first, chance[explored]))
    inverse = np.where(handed_off, inverse, 0.0)
    n = np.bincount(stratum + 1).astype(np.float64)
    total = np.bincount(stratum + 1, weights=inverse)
    factor = np.divide(n, total, out=np.ones(n.size), where=total > 0)
    weight = inverse * factor[stratum + 1]
    return pd.Series(weight[handed_off], index=first.index[handed_off], dtype="float64")


def chance_of_handoff(first: pd.DataFrame) -> Floats:
    """Return the probability with which each first decision could have been a handoff."""
    propensity = first["propensity"].to_numpy(dtype=np.float64)
    return np.where(
        first["decision"].to_numpy(dtype=object) == HAND_OFF, propensity, 1 - propensity
    )


def _strata(first: pd.DataFrame, handed_off: Bools, explored: Bools) -> Ints:
    """Return 0 at or above the line, the stratum of exploration from 1 on, -1 where no chance was.

    Exploration is parted by the chance of the first decision, which is there for every lead.
    """
    # Of one lead the probability of either decision was kept: they differ in the last digit.
    chance = np.round(chance_of_handoff(first), _DIGITS)
    control = first["arm"].to_numpy(dtype=object) == CONTROL
    share = first["control"].fillna(0.0).to_numpy(dtype=np.float64)
    line = (handed_off & ~explored) | (
        ~handed_off & control & (chance >= np.round(1 - share, _DIGITS))
    )
    n = int(np.clip(explored.sum() // PER_STRATUM, 1, MOST_STRATA))
    edges: Floats = np.empty(0)
    if explored.any():
        drawn = chance[explored]
        edges = np.unique(np.quantile(drawn, np.linspace(0, 1, n + 1)[1:-1]))
        # Below the first edge as well there is somebody who stands for the others.
        edges = edges[edges > drawn.min()]
    stratum = 1 + np.searchsorted(edges, chance, side="right")
    return np.where(line, _LINE, np.where(chance > 0, stratum, _NOBODY)).astype(np.int64)


def _least(first: pd.DataFrame, explored: Floats) -> Floats:
    """Return the smallest chance that the policy of each decision plans.

    Where that is not kept any more, the smallest one that was drawn.
    """
    explore = first["explore"].to_numpy(dtype=np.float64)
    planned = EVEN * explore * (1.0 - first["control"].to_numpy(dtype=np.float64))
    smallest = explored.min(initial=1.0)
    return np.where(np.isnan(planned), smallest, planned)
