"""What an export of a hard world has lost: fields, what they were, and deals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from leadgate.arrays import Bools, Floats

# Shares of the leads without a value.
MISSING = {"Industry": 0.15, "Title": 0.25, "Employees": 0.3}
# The field that sales overwrites when it works a lead: as it was is not in the export.
OVERWRITTEN = "Employees"
# Deals recorded in these parts of the world's time are not in the file.
GAPS = ((0.35, 0.39), (0.7, 0.73))


def damaged(leads: pd.DataFrame, worked: Bools, rng: np.random.Generator) -> pd.DataFrame:
    """Return the leads with values missing, and one field as sales left it.

    The size of a firm is there for every lead that sales worked, rounded as a person would put it.

    Parameters
    ----------
    worked
        Which leads sales worked; shape (n,).
    """
    result = leads.copy()
    for name, share in MISSING.items():
        gone = rng.random(len(leads)) < share
        result[name] = result[name].where(~gone)
    asked = 10.0 ** np.round(np.log10(leads[OVERWRITTEN].to_numpy(np.float64)), 1)
    sizes = result[OVERWRITTEN].to_numpy(np.float64, na_value=np.nan)
    result[OVERWRITTEN] = pd.array(np.where(worked, asked.round(), sizes)).astype("Int64")
    return result


def in_the_file(recorded: Floats, days: float) -> Bools:
    """Return which outcomes, recorded at some times (days), are in the export; shape (n,)."""
    lost = np.zeros(recorded.size, dtype=bool)
    for begin, end in GAPS:
        lost |= (recorded >= begin * days) & (recorded < end * days)
    return ~lost
