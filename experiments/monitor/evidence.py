"""The evidence that wins do not come as predicted: a bet against the readiness that adds up.

Each matured decision pays (q / p) for a win and (1 - q) / (1 - p) for a loss, with its readiness p
and another chance q, the readiness moved by a shift of the log-odds. While wins come as predicted
no such bet grows on average, and the chance that the fortune, which begins at 1, ever reaches 1 / a
is at most a, whenever and however often one looks (Ville 1939; Waudby-Smith & Ramdas 2024,
Estimating means of bounded random variables by betting). The fortune is spread over several shifts,
and over several beginnings, so that a readiness that goes wrong later is noticed as well (Shin,
Ramdas & Rinaldo 2023, E-detectors).

The offset of a fitted model is itself uncertain. The bets of those that expect it to be off by no
more than the model says stand in the denominator: what is measured is evidence beyond that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from experiments.monitor.error_rate import OF_CALIBRATION, PERIODS
from leadgate.arrays import Floats, Ints

# Shifts of the log-odds that are bet on. A readiness that is too high costs handoffs, and is what
# choosing the best leads brings: two thirds are bet on it.
_SIZES, _OF_SIZES, _TOO_HIGH = np.array([0.25, 0.4, 0.8]), np.array([0.3, 0.5, 0.2]), 2 / 3
SHIFTS: Floats = np.concatenate([-_SIZES, _SIZES])
STAKES: Floats = np.concatenate([_TOO_HIGH * _OF_SIZES, (1 - _TOO_HIGH) * _OF_SIZES])
# This much is bet from the first period on; the rest evenly from each later one on.
AT_FIRST = 0.7
NEEDED = 1 / OF_CALIBRATION

_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(15)
_LOG_NODES: Floats = np.log(_NODE_WEIGHTS / _NODE_WEIGHTS.sum())


@dataclass(frozen=True)
class Decided:
    """Matured decisions; each array has shape (n,).

    Attributes
    ----------
    period
        In which period since the first could mature, 0 for the first.
    won
        Whether it was won, 0 or 1.
    readiness
        As it was decided with.
    account
        Codes.
    """

    period: Ints
    won: Floats
    readiness: Floats
    account: Ints


def log_pay(won: Floats, n: Floats, readiness: Floats, shifts: Floats) -> Floats:
    """Return the logarithm of what bets on shifts pay.

    Parameters
    ----------
    won, n
        Wins, of how many decisions; shape (..., b).
    readiness
        Shape (..., b).
    shifts
        Shape (k,).

    Returns
    -------
    ndarray of shape (..., b, k)
    """
    p = readiness[..., None]
    return np.asarray(won[..., None] * shifts - n[..., None] * np.log1p(p * np.expm1(shifts)))


def offsets_of(spread: float) -> Floats:
    """Return the offsets that the model's own uncertainty allows; shape (15,), Gauss-Hermite.

    Parameters
    ----------
    spread
        The standard error of its offset on the log-odds.
    """
    return np.asarray(spread * _NODES)


def fortune(pay: Floats, allowed: Floats) -> Floats:
    """Return the logarithm of the fortune after each period.

    Parameters
    ----------
    pay
        Shape (..., periods, k): `log_pay` of each period, bet on `SHIFTS`.
    allowed
        Shape (..., periods, 15): the same of `offsets_of`.

    Returns
    -------
    ndarray of shape (..., periods)
    """
    periods = pay.shape[-2]
    later = (1 - AT_FIRST) / (PERIODS - 1)
    parts = []
    for start in range(min(periods, PERIODS)):
        share = later if start else AT_FIRST
        bets = logsumexp(np.cumsum(pay[..., start:, :], axis=-2) + np.log(STAKES), axis=-1)
        beside = logsumexp(np.cumsum(allowed[..., start:, :], axis=-2) + _LOG_NODES, axis=-1)
        grown = np.full(pay.shape[:-1], np.log(share))
        grown[..., start:] += bets - beside
        parts.append(grown)
    waiting = later * (PERIODS - len(parts))
    idle = np.full(pay.shape[:-1], np.log(waiting) if waiting > 0 else -np.inf)
    return np.asarray(logsumexp(np.stack([*parts, idle]), axis=0))


def shares_of_accounts(decided: Decided) -> Floats:
    """Return how much of a bet each decision is: the leads of an account are not independent.

    The decisions of an account up to a period's end share one bet among them: the geometric mean
    of what they pay is at most the mean, which no dependence makes grow. Shape (n,).
    """
    code = np.unique(decided.account, return_inverse=True)[1]
    first = code * (int(decided.period.max()) + 1)
    cell = first + decided.period
    ordered = np.sort(cell)
    until = np.searchsorted(ordered, cell, side="right") - np.searchsorted(ordered, first)
    return np.asarray(1.0 / until)


def evidence(decided: Decided, spread: float = 0.0) -> Floats:
    """Return the fortune after each period, the last one that of now; empty without decisions.

    Parameters
    ----------
    decided
        Matured decisions, each as it was decided with.
    spread
        As in `offsets_of`.

    Returns
    -------
    ndarray of shape (periods,)
        From `NEEDED` on it is an alarm.
    """
    if not decided.won.size:
        return np.empty(0)
    share = shares_of_accounts(decided)[:, None]
    single, periods = np.ones(decided.won.size), int(decided.period.max()) + 1

    def of_periods(shifts: Floats) -> Floats:
        pay = share * log_pay(decided.won, single, decided.readiness, shifts)
        columns = [np.bincount(decided.period, column, periods) for column in pay.T]
        return np.stack(columns, axis=1).astype(np.float64)

    grown = fortune(of_periods(SHIFTS), of_periods(offsets_of(spread)))
    return np.asarray(np.exp(np.minimum(grown, 700.0)))
