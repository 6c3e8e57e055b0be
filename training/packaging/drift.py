"""Whether the leads before the gate still look as they did in training."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import chi2

from leadgate.arrays import Floats
from training.packaging.reference import READINESS, counts

SURE = 0.99
# Of so many accounts any movement is sure; less than this moves no decision worth a word.
MATTERS = 0.1


@dataclass(frozen=True)
class Shift:
    """The population stability index of one column, beside what random variation alone would give.

    Attributes
    ----------
    psi
        Sum over the bins of (q - p) log(q / p), the missing values being a bin.
    expected, high
        Its mean without any drift, and the end of its null band, all columns of the model together
        (99 %).
    """

    name: str
    psi: float
    expected: float
    high: float

    @property
    def alarming(self) -> bool:
        """Whether the column moved for sure, and by more than nothing."""
        return self.psi > self.high and self.psi - self.expected > MATTERS


@dataclass(frozen=True)
class Drift:
    """Columns by how far they moved beyond chance, the farthest first, and the readiness.

    `accounts` is how many the leads of now belong to, `then` those of training.
    """

    accounts: int
    then: int
    readiness: Shift
    columns: list[Shift]

    @property
    def alarming(self) -> list[Shift]:
        """Whatever alarms, the readiness first."""
        return [shift for shift in (self.readiness, *self.columns) if shift.alarming]


def drift(
    reference: Mapping[str, Any], values: Mapping[str, Floats], accounts: int
) -> Drift | None:
    """Compare the leads of now with those of training.

    How far random variation goes depends on the number of accounts, not of leads: without drift the
    index over B bins is about (1 / n + 1 / m) times a chi-squared of B - 1 (Yurdakul & Naranjo
    2020).

    Parameters
    ----------
    reference
        reference.json of the bundle.
    values
        By name of the column, shape (n,).
    accounts
        How many accounts the n leads have.

    Returns
    -------
    Drift or None
        None where there is nothing to compare.
    """
    then = int(reference.get("accounts", 0))
    if not then or not accounts:
        return None
    columns: Mapping[str, Any] = reference["columns"]
    noise = 1.0 / then + 1.0 / accounts
    sure = 1.0 - (1.0 - SURE) / len(columns)
    shifts = {name: _shift(name, columns[name], values[name], noise, sure) for name in columns}
    readiness = shifts.pop(READINESS)
    rest = sorted(shifts.values(), key=lambda s: (-s.psi / s.high if s.high else 0.0, s.name))
    return Drift(accounts, then, readiness, rest)


def _shift(name: str, bins: Mapping[str, Any], values: Floats, noise: float, sure: float) -> Shift:
    before = np.asarray(bins["counts"], dtype=np.float64)
    now = counts(np.asarray(bins["edges"], dtype=np.float64), values).astype(np.float64)
    used = (before + now) > 0
    p, q = (_shares(x[used]) for x in (before, now))
    freedom = int(used.sum()) - 1
    high = float(chi2.ppf(sure, freedom)) * noise if freedom else 0.0
    psi = float(((q - p) * np.log(q / p)).sum())
    return Shift(name, psi, freedom * noise, high)


def _shares(counts: Floats) -> Floats:
    """Return the share of each bin; an empty one counts as half a lead."""
    filled = counts + 0.5
    return np.asarray(filled / filled.sum())
