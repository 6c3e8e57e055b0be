"""The members of the recipe: additive ones and trees, fixed but for their number."""

from __future__ import annotations

import math

import numpy as np

from training.estimators.boosting import Size

ADDITIVE, SHALLOW, DEEP = MEMBERS = ("additive", "boosted shallow", "boosted deep")
WEAK = "additive weak"
# Prior deviation of one feature's effect on the log-odds.
DEVIATIONS = {ADDITIVE: 0.3, WEAK: 1.0}
N_KNOTS = 6
# Leads of the rarer class for each coefficient from which on little shrinkage is needed.
ENOUGH_A_COEFFICIENT = 10.0


def member_names(outcomes: float, coefficients: int) -> tuple[str, ...]:
    """Return the members of the recipe for a set of this size.

    With ten leads of the rarer class for each coefficient of an additive member (Peduzzi et al.
    1996) one of weak shrinkage is added: it carries columns that drift further, and with fewer it
    overfits.

    Parameters
    ----------
    outcomes
        Leads of the rarer class.
    coefficients
        Of an additive member: knots, codes and missing values of all features.
    """
    enough = coefficients > 0 and outcomes >= ENOUGH_A_COEFFICIENT * coefficients
    return (*MEMBERS, WEAK) if enough else MEMBERS


def tree_size(name: str, outcomes: float) -> Size:
    """Return how large the trees of a boosted member are.

    Their number grows with the square root of the leads of the rarer class: what suits many would
    overfit the few that an early window has.
    """
    trees = round(float(np.clip(8 * math.sqrt(outcomes), 40, 300)))
    if name == SHALLOW:
        return Size(trees, leaves=4, l2=20.0, columns=0.4)
    return Size(min(150, 2 * trees), leaves=8, l2=10.0, columns=0.5)
