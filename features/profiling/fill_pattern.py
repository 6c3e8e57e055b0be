"""What it says of a column for which leads it is filled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from features.parsing.names import words
from features.profiling.column_profile import ColumnProfile
from leadgate.arrays import Bools

_NEARLY_ALL = 0.95
_ENOUGH = 20
# So many words begin the names of one thing in two forms.
_IN_COMMON = 2


def revealed_by_filling(filled: Bools, groups: Mapping[str, Bools]) -> str:
    """Say of which leads a column is filled or empty, and of hardly any others.

    Parameters
    ----------
    filled
        Where the column has a value; shape (n,).
    groups
        For words such as ``"won leads"`` which leads they are; shape (n,).

    Returns
    -------
    str
        Such as ``"it is empty for leads never worked and for hardly any other"``; else "".
    """
    for name, group in groups.items():
        if min(group.sum(), (~group).sum()) < _ENOUGH:
            continue
        inside, outside = filled[group].mean(), filled[~group].mean()
        if inside >= _NEARLY_ALL and outside <= 1 - _NEARLY_ALL:
            return f"it is filled for {name} and for hardly any other"
        if inside <= 1 - _NEARLY_ALL and outside >= _NEARLY_ALL:
            return f"it is empty for {name} and for hardly any other"
    return ""


def other_form(profile: ColumnProfile, left_out: Iterable[ColumnProfile]) -> str:
    """Say of which column that is left out another one is another form; "" where of none.

    ``Engagement Profile Index`` and ``Engagement Profile Score``, filled for the same leads and for
    not nearly all, come from one reckoning: neither was there before the other.
    """
    parts = words(profile.name)
    if len(parts) <= _IN_COMMON or not 1 - _NEARLY_ALL < profile.share_filled < _NEARLY_ALL:
        return ""
    for other in left_out:
        like = words(other.name)[:-1] == parts[:-1]
        if like and bool((other.filled == profile.filled).all()):
            return f"filled for the same leads as {other.name}, of which it is another form"
    return ""
