"""A column filled for leads that ended one way, and for no others, gives the end away."""

from __future__ import annotations

from collections.abc import Mapping

from leadgate.arrays import Bools

_NEARLY_ALL = 0.95
_ENOUGH = 20


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
