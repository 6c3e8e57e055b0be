"""Columns that hold personal data, by their name or by what they hold."""

from __future__ import annotations

import pandas as pd

from features.crm.data import in_any_language, table
from features.parsing.names import normalised, words

# A column that bears a personal name whole holds answers, such as yes and no, up to so many values;
# one whose name only has a personal word in it, up to more.
_ANSWERS, _CHOICES = 3, 20
# So many distinct values show what a column holds.
_SAMPLE = 1_000


def named_personal(name: str) -> bool:
    """Whether a column of texts would hold personal data, judged by its name alone."""
    whole = normalised(name) in in_any_language("personal")
    return whole or not set(words(name)).isdisjoint(table("personal")["words"])


def personal(name: str, values: pd.Series) -> str:
    """Return why a column looks personal; "" when it does not.

    Parameters
    ----------
    name
        The column's name.
    values
        Its distinct values, without missing ones, as canonical text.
    """
    file = table("personal")
    sample = values.head(_SAMPLE)
    for what, pattern in file["values"].items():
        if len(sample) and sample.str.match(pattern).mean() > 1 / 2:
            return f"it holds {what}"
    whole = normalised(name) in in_any_language("personal")
    # "Do not call by phone: yes or no" and numbers of opened e-mails name nobody.
    counts = pd.to_numeric(values, errors="coerce").dropna()
    few = len(values) <= (_ANSWERS if whole else _CHOICES)
    small = few or len(counts[counts.abs() < 1e6]) > len(values) / 2
    return "" if small or not named_personal(name) else "its name"
