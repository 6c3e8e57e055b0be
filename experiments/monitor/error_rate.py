"""The error rate of the whole monitor, and how what is watched shares it.

A firm looks every month, or every day, at one model after another figure. What counts for it is the
chance of at least one false alarm over all of that. It is bounded by 5 %: the bounds of what is
watched add up to it (Bonferroni), and each holds over all looks together, however many there are.
"""

from __future__ import annotations

FALSE_ALARMS = 0.05
# Whether wins come as predicted is what decides; that the leads look different is one hint of it.
OF_DRIFT = 0.01
OF_CALIBRATION = FALSE_ALARMS - OF_DRIFT

# Looks are counted in periods of this many days since the training, two years of them.
PERIOD_DAYS = 30.0
PERIODS = 24


def of_look(look: int, whole: float) -> float:
    """Return what a look may spend of an error rate, so that all looks together spend the whole.

    Parameters
    ----------
    look
        1 for the first one.
    whole
        The error rate of all looks, without end: the shares 1 / (k (k + 1)) add up to 1 (alpha
        spending, Lan & DeMets 1983).
    """
    return whole / (look * (look + 1))
