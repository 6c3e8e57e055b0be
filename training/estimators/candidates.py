"""The members of the recipe: additive ones and trees, fixed but for their number of trees."""

from __future__ import annotations

import math

import numpy as np

from training.estimators.boosting import Size

STRONG, MEDIUM, WEAK = "additive strong", "additive medium", "additive weak"
SHALLOW, DEEP = "boosted shallow", "boosted deep"
# Prior deviations of one feature's effect on the log-odds.
DEVIATIONS = {STRONG: 0.1, MEDIUM: 0.3, WEAK: 1.0}
N_KNOTS = 6
# With fewer of the rarer class a member that is hardly shrunken only adds noise to the blend.
WEAK_FROM = 150


def member_names(outcomes: float) -> list[str]:
    """Return the members for so many leads of the rarer class."""
    additive = [STRONG, MEDIUM] if outcomes < WEAK_FROM else [MEDIUM, WEAK]
    return [*additive, SHALLOW, DEEP]


def tree_size(name: str, outcomes: float) -> Size:
    """Return how large the trees of a boosted member are.

    Their number grows with the square root of the leads of the rarer class: what suits many would
    overfit the few that an early window has.
    """
    trees = round(float(np.clip(8 * math.sqrt(outcomes), 40, 300)))
    if name == SHALLOW:
        return Size(trees, leaves=4, l2=20.0, columns=0.4)
    return Size(min(150, 2 * trees), leaves=8, l2=10.0, columns=0.5)
