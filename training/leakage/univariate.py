"""Univariate evidence: how well a column alone discriminates between won and lost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtri

from features.parsing.values import number_column
from leadgate.arrays import Floats, Ints, Texts
from training.leakage.labelled import Labelled
from training.statistics.bins import bin_of, quantile_edges

MISSING = 0
_BINS = 16
_NUMERIC_SHARE = 0.95


@dataclass(frozen=True)
class Univariate:
    """What a column shows without the others.

    Attributes
    ----------
    auc
        Learned on older leads and evaluated on newer ones, its missingness included.
    auc_missing
        The same for whether it is filled, and nothing else.
    auc_random
        As `auc`, between two random halves of the accounts. Far above `auc`, the column
        identifies leads or weeks and not what makes a lead ready.
    error
        The standard error of `auc` (Mann & Whitney 1947, shrinking as the AUC nears 1).
    """

    auc: float
    auc_missing: float
    auc_random: float
    error: float

    @property
    def low(self) -> float:
        """The lower end of the 90 % interval of `auc`."""
        return self.auc - 1.645 * self.error

    @property
    def separation(self) -> float:
        """The `separation` that the AUC stands for."""
        return separation(self.auc)

    @classmethod
    def of(cls, texts: Texts, labelled: Labelled) -> Univariate:
        """Evaluate a column of the history, shape (n_leads,), on the labelled leads."""
        code = codes(texts[labelled.lead])
        filled = (code != MISSING).astype(np.int64)
        auc = labelled.auc(code, labelled.forward)
        return cls(
            auc=auc,
            auc_missing=labelled.auc(filled, labelled.forward),
            auc_random=labelled.auc(code, labelled.random),
            error=2.0 * labelled.noise() * float(np.sqrt(auc * (1.0 - auc))),
        )


def separation(auc: float) -> float:
    """Return the squared distance between wins and losses, in deviations, that an AUC stands for.

    Of independent columns these add up in the best joint score (d', Green & Swets 1966).
    """
    return 2.0 * float(ndtri(np.clip(auc, 0.5, 1 - 1e-9))) ** 2


def numbers(texts: Texts) -> Floats | None:
    """Return a column as numbers, NaN where missing; None where it does not hold numbers."""
    place, distinct = pd.factorize(texts)
    values = number_column(np.asarray(distinct, dtype=object))
    given = distinct != ""
    if not given.any() or np.isfinite(values[given]).mean() < _NUMERIC_SHARE:
        return None
    return values[place]


def codes(texts: Texts) -> Ints:
    """Return a code for each value, sixteen bins of equal size for numbers; `MISSING` is 0."""
    values = numbers(texts)
    if values is not None and len(np.unique(values[np.isfinite(values)])) > _BINS:
        place = 1 + bin_of(values, quantile_edges(values, _BINS), side="left")
        return np.where(np.isfinite(values), place, MISSING)
    place, distinct = pd.factorize(texts)
    rank = np.cumsum(distinct != "")
    return np.where(distinct == "", MISSING, rank)[place]
