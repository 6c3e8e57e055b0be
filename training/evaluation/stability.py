"""How stable reasons are: whether two fits of one recipe name the same first reason."""

from __future__ import annotations

import math

import numpy as np

from features.explanation.fact_groups import Facts
from leadgate.arrays import Floats
from training.evaluation.importance import Explained


def first_reason_kept(first: Explained | None, second: Explained | None) -> float:
    """Return the share of snapshots in which two models name the same first reason.

    A reason is a fact and whether it speaks for the lead; NaN where a model has none.

    Parameters
    ----------
    first, second
        The same snapshots, explained by each.
    """
    if first is None or second is None or not len(first.X):
        return math.nan
    reasons, other_reasons = _first(first), _first(second)
    return sum(a == b for a, b in zip(reasons, other_reasons, strict=True)) / len(reasons)


def fact_shares(explained: Explained | None) -> dict[str, float]:
    """Return the share of each fact in what moves the snapshots; they sum to 1.

    Mean absolute strength on the log-odds, around its mean; empty for a model that has none.
    """
    if explained is None or not len(explained.X):
        return {}
    facts = Facts(explained.features)
    strength = facts.strengths(explained.X, explained.parts)
    moved = np.abs(strength - strength.mean(axis=0)).mean(axis=0)
    total = float(moved.sum())
    return {name: float(by) / total for name, by in zip(facts.names, moved, strict=True) if total}


def _first(explained: Explained) -> list[tuple[str, bool]]:
    facts = Facts(explained.features)
    strength = facts.strengths(explained.X, explained.parts)
    top = np.abs(strength).argmax(axis=1)
    speaks_for: Floats = strength[np.arange(len(top)), top]
    return [(facts.names[k], by > 0) for k, by in zip(top.tolist(), speaks_for, strict=True)]
