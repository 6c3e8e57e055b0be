"""The members of the recipe: additive ones and trees, fixed but for their number of trees."""

from __future__ import annotations

import math

import numpy as np

from training.estimators.boosting import Size

ADDITIVE, SHALLOW, DEEP = MEMBERS = ("additive", "boosted shallow", "boosted deep")
# Prior deviation of one feature's effect on the log-odds.
DEVIATION = 0.3
N_KNOTS = 6


def tree_size(name: str, outcomes: float) -> Size:
    """Return how large the trees of a boosted member are.

    Their number grows with the square root of the leads of the rarer class: what suits many would
    overfit the few that an early window has.
    """
    trees = round(float(np.clip(8 * math.sqrt(outcomes), 40, 300)))
    if name == SHALLOW:
        return Size(trees, leaves=4, l2=20.0, columns=0.4)
    return Size(min(150, 2 * trees), leaves=8, l2=10.0, columns=0.5)
