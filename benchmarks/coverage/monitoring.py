"""How many firms in which nothing changes see a false alarm in 24 monthly looks, and what is seen.

`quiet`: firms of `benchmarks.inputs.quiet_firms`, one fixed model each, looked at after each of 24
months through `experiments.monitor.evidence` and `experiments.monitor.separation`; the interval is
the exact 90 % one. `each by itself`: the same firms by the rule of before, which the gate still
uses for a champion's past: a PSI of each column, and the 90 % interval of actual over predicted
wins outside a tenth around 1, each look as if it were the only one. The rest is what is seen when
something is wrong: the share of firms alarmed within as many looks.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy.stats import beta, chi2

from benchmarks.inputs.quiet_firms import MONTHS, QuietFirm
from benchmarks.machinery.catalogue import Figures
from experiments.monitor.evidence import NEEDED, Decided, evidence
from experiments.monitor.separation import separate
from leadgate.arrays import Bools, Floats
from training.packaging.drift import drift
from training.packaging.reference import READINESS, counts, edges
from training.statistics.bootstrap import bootstrap
from training.validation.account_folds import part_of

USUAL_TIME = "30 min"
SMALL = {"firms": 3, "first": 0, "before": 1, "moved": 2, "repeats": 20}
HALF_YEAR, TENTH, LEAST_CHANCE = 6, 1.1, 0.1
READINESS_SEEN, A_MONTH, TOO_HIGH = 0.25, 200, 1.3


def run(
    firms: int = 1_000, first: int = 0, before: int = 100, moved: int = 100, repeats: int = 2_000
) -> Figures:
    """Look at as many firms, from the seed `first` on."""
    seen = np.array([_looks(QuietFirm.draw(first + k)) for k in range(firms)])
    alone = np.array([_each_by_itself(QuietFirm.draw(first + k)) for k in range(before)])
    changed = [_alarms_of_drift(QuietFirm.draw(10_000 + k, moved=0.5), 6) for k in range(moved)]
    result = {
        "quiet": _shares(seen, firms),
        "each by itself": _shares(alone, before),
        "a column moved by half a standard deviation": {
            "firms": moved,
            **{f"within_{n}": float(np.mean([a[:n].any() for a in changed])) for n in (1, 3, 6)},
        },
    }  # fmt: skip
    for name, spread, since in (
        ("readiness 1.3 times too high", 0.0, 0),
        ("the same, offset known to 0.05", 0.05, 0),
        ("the same, after a year", 0.0, 12),
    ):
        result[name] = _too_high(spread, since, repeats)
    return result


def _shares(alarms: Bools, firms: int) -> dict[str, float | int]:
    """Return the shares of firms with an alarm, shape (firms, 2): of drift, of calibration."""
    either = alarms.any(axis=1)
    count = int(either.sum())
    low, high = beta.ppf([0.05, 0.95], [count, count + 1], [firms - count + 1, firms - count])
    return {
        "firms": firms, "looks": MONTHS, "false_alarms": count / firms,
        "low": float(np.nan_to_num(low)), "high": float(np.nan_to_num(high, nan=1.0)),
        "of_drift": float(alarms[:, 0].mean()), "of_calibration": float(alarms[:, 1].mean()),
    }  # fmt: skip


def _looks(firm: QuietFirm) -> tuple[bool, bool]:
    """Return whether drift, and whether calibration, ever alarm."""
    rows = firm.handed_off & (firm.month >= 0)
    matured = Decided(
        firm.month[rows], firm.won[rows].astype(float), firm.readiness[rows], firm.account[rows]
    )
    wrong = bool((evidence(matured, firm.spread) >= NEEDED).any())
    return bool(_alarms_of_drift(firm, MONTHS).any()), wrong


def _alarms_of_drift(firm: QuietFirm, looks: int) -> Bools:
    alarms = []
    for look in range(1, looks + 1):
        now = (firm.month >= max(look - HALF_YEAR, 0)) & (firm.month < look)
        rows = np.flatnonzero(now | (firm.month < 0))
        account = firm.account[rows]
        apart = separate(firm.X[rows], now[rows], account, part_of(account), look)
        alarms.append(apart is not None and apart.alarming)
    return np.array(alarms)


def _each_by_itself(firm: QuietFirm) -> tuple[bool, bool]:
    """Return what the rule of before says of the 24 looks."""
    values = {READINESS: firm.readiness, **{f"x{j}": x for j, x in enumerate(firm.X.T)}}
    then = firm.month < 0
    columns = {}
    for name, column in values.items():
        ends = edges(column[then])
        columns[name] = {"edges": ends, "counts": counts(ends, column[then])}
    reference = {"accounts": np.unique(firm.account[then]).size, "columns": columns}
    drifted = wrong = False
    for look in range(1, MONTHS + 1):
        now = (firm.month >= max(look - HALF_YEAR, 0)) & (firm.month < look)
        of_now = {name: column[now] for name, column in values.items()}
        moved = drift(reference, of_now, np.unique(firm.account[now]).size)
        drifted |= moved is not None and bool(moved.alarming)
        wrong |= _outside(firm, (firm.month >= 0) & (firm.month < look) & firm.handed_off)
    return drifted, wrong


def _outside(firm: QuietFirm, rows: Bools) -> bool:
    won, p = firm.won[rows].astype(np.float64), firm.readiness[rows]
    weight = 1.0 / np.maximum(firm.chance[rows], LEAST_CHANCE)

    def ratio(w: Floats) -> Floats:
        return np.asarray((w @ won) / (w @ p))

    low, high = bootstrap(ratio, firm.account[rows], weight, n=200)
    wins, value = int(won.sum()), float(ratio(weight))
    predicted = wins / value if wins else float(p.sum())
    least = chi2.ppf(0.05, 2 * wins) / 2 / predicted if wins else 0.0
    most = chi2.ppf(0.95, 2 * wins + 2) / 2 / predicted
    return bool(max(high, most) < 1 / TENTH or min(low, least) > TENTH)


def _too_high(spread: float, since: int, repeats: int) -> dict[str, float | int]:
    """Return the share of firms alarmed within looks after readiness came to be too high."""
    firsts = np.array(list(_first_alarms(spread, since, repeats)))
    within = {f"within_{looks}": float((firsts <= looks).mean()) for looks in (1, 3, 6)}
    return {"firms": repeats, **within, "too_early": float((firsts <= 0).mean())}


def _first_alarms(spread: float, since: int, repeats: int) -> Iterator[int]:
    months = since + 6
    period = np.repeat(np.arange(months), A_MONTH)
    truth = np.where(period < since, READINESS_SEEN, READINESS_SEEN / TOO_HIGH)
    readiness, account = np.full(period.size, READINESS_SEEN), np.arange(period.size)
    for seed in range(repeats):
        won = (np.random.default_rng(seed).random(period.size) < truth).astype(float)
        alarms = evidence(Decided(period, won, readiness, account), spread) >= NEEDED
        yield int(alarms.argmax()) + 1 - since if alarms.any() else months + 1
