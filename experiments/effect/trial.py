"""What the gate brings: its leads against a control group that it left to marketing at random.

Both arms are compared as they were drawn, whatever sales did with a lead afterwards (intention to
treat). The estimand is the difference that the gate makes to a lead's chance to be won within the
horizon, for the leads that it decides on: E[Y(gate)] - E[Y(control)]. Each lead was in the control
group with a known probability c, by account:

- intention to treat: the difference of the win rates, each lead weighed by the inverse probability
  of its arm, so that a share that was changed in between does no harm; with limits that leave room
  for chance where a small group holds no win (Newcombe 1998, method 10, by account);
- inverse propensity: mean of Y 1{gate} / (1 - c) - Y 1{control} / c (Horvitz & Thompson 1952):
  unbiased and wide;
- self-normalised inverse propensity: both sums over their own weights (Hajek 1971; Swaminathan &
  Joachims 2015);
- doubly robust: of each arm a line through the readiness, plus what is left over of its leads by
  inverse propensity (Robins, Rotnitzky & Zhao 1994): the control group is small, and a difference
  in readiness that chance made is taken out. Right whatever the line is, since c is known.

The last three have intervals by the bootstrap over accounts, which sees no chance where an arm has
hardly a win: there they leave at least the room of the first.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from experiments.figures.accounts import Accounts
from leadgate.arrays import Bools, Floats, Ints
from leadgate.errors import DataError
from training.evaluation.evaluated import Metric
from training.statistics.binomial import clopper_pearson, effective_leads
from training.statistics.bootstrap import LEVEL, percentiles

# With fewer accounts in an arm not even an exact interval says anything.
FEWEST_ACCOUNTS = 10
# With fewer wins, or leads that were not won, in an arm the bootstrap draws too few other ones.
FEWEST_WINS = 20
_Z = NormalDist().inv_cdf((1.0 + LEVEL) / 2)


@dataclass(frozen=True, eq=False)
class Trial:
    """Leads with an arm whose horizon has passed; every array has shape (n,).

    Attributes
    ----------
    control
        Whether the lead is in the control group.
    share
        The probability with which it could have been, above 0 and below 1.
    won
        Whether it was won within the horizon after its first decision.
    readiness
        As of that decision; NaN where there was none.
    account
        Codes of the accounts, which were drawn.
    """

    control: Bools
    share: Floats
    won: Bools
    readiness: Floats
    account: Ints


@dataclass(frozen=True)
class Effect:
    """What the gate adds to a lead's chance to be won, with 90 % intervals; baselines are 0.

    Attributes
    ----------
    intention_to_treat, inverse_propensity, self_normalised, doubly_robust
        The four estimates.
    gate, control
        The win rate of each arm.
    effective_n
        How many independent leads of two equal arms would say as much.
    """

    intention_to_treat: Metric
    inverse_propensity: Metric
    self_normalised: Metric
    doubly_robust: Metric
    gate: Metric
    control: Metric
    effective_n: float

    @property
    def estimates(self) -> dict[str, Metric]:
        """The four estimates by name."""
        names = ("intention_to_treat", "inverse_propensity", "self_normalised", "doubly_robust")
        return {name: getattr(self, name) for name in names}


def effect_of(trial: Trial) -> Effect:
    """Estimate what the gate adds to a lead's chance to be won.

    Raises
    ------
    DataError
        ``no_overlap``: an arm has too few accounts whose horizon has passed.
    """
    _check_arms(trial)
    weight = np.where(trial.control, 1.0 / trial.share, 1.0 / (1.0 - trial.share))
    arms = (~trial.control, trial.control)
    gate, control = (_rate(trial, weight, arm) for arm in arms)
    difference = gate.value - control.value
    counts = [_effective(trial, weight, arm) for arm in arms]
    low, high = _of_difference(gate.value, control.value, *counts)
    treated = Metric(difference, low, high, 0.0)
    weighted, normalised, robust = _estimates(trial, weight)
    if min(_rarest(trial, arm) for arm in arms) < FEWEST_WINS:
        room = (difference - low, high - difference)
        weighted, normalised, robust = (_wider(m, room) for m in (weighted, normalised, robust))
    effective = 4.0 / sum(1.0 / n for n in counts)
    return Effect(treated, weighted, normalised, robust, gate, control, effective)


def _rarest(trial: Trial, arm: Bools) -> int:
    """Return the count of the wins of an arm, or of its other leads, whichever are fewer."""
    wins = int(trial.won[arm].sum())
    return min(wins, int(arm.sum()) - wins)


def _wider(metric: Metric, room: tuple[float, float]) -> Metric:
    """Return an estimate whose interval leaves at least some room below and above it."""
    low = min(metric.low, metric.value - room[0])
    return Metric(metric.value, low, max(metric.high, metric.value + room[1]), 0.0)


def _check_arms(trial: Trial) -> None:
    accounts = {
        name: np.unique(trial.account[arm]).size
        for name, arm in (("control group", trial.control), ("gate", ~trial.control))
    }
    for name, n in accounts.items():
        if n < FEWEST_ACCOUNTS:
            raise DataError(
                f"Accounts of the {name} that have been observed for the whole horizon: {n}; "
                f"{FEWEST_ACCOUNTS} are needed.",
                code="no_overlap",
                hint="Keep policy.control between 0.1 and 0.5 and let the horizon pass; "
                "leadgate value --plan says how long it takes.",
            )


def _by_account(values: Floats, account: Ints) -> Floats:
    _, code = np.unique(account, return_inverse=True)
    return np.asarray(np.bincount(code, weights=values), dtype=np.float64)


def _counts(trial: Trial, weight: Floats, arm: Bools) -> tuple[Floats, Floats]:
    """Return the weight of the wins, and that of the leads of an arm, in each account.

    The weights have mean 1, so that leads are counted.
    """
    account = trial.account[arm]
    each = weight[arm] / weight[arm].mean()
    return _by_account(each * trial.won[arm], account), _by_account(each, account)


def _effective(trial: Trial, weight: Floats, arm: Bools) -> float:
    return effective_leads(*_counts(trial, weight, arm))


def _rate(trial: Trial, weight: Floats, arm: Bools) -> Metric:
    won, leads = _counts(trial, weight, arm)
    share = float(won.sum() / leads.sum())
    low, high = clopper_pearson(share, effective_leads(won, leads))
    return Metric(share, low, high, 0.0)


def _of_difference(p: float, q: float, n: float, m: float) -> tuple[float, float]:
    """Return the limits of p - q, shares of n and m independent leads."""
    (p_low, p_high), (q_low, q_high) = _score_limits(p, n), _score_limits(q, m)
    down, up = math.hypot(p - p_low, q_high - q), math.hypot(p_high - p, q - q_low)
    return p - q - down, p - q + up


def _score_limits(share: float, n: float) -> tuple[float, float]:
    """Return the score limits of a share of n leads (Wilson 1927)."""
    shrunk = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    spread = _Z * math.sqrt(share * (1 - share) / n + (_Z / (2 * n)) ** 2) / (1 + _Z**2 / n)
    return shrunk - spread, shrunk + spread


def _estimates(trial: Trial, weight: Floats) -> list[Metric]:
    """Return the three estimates by weights, with bootstrap intervals."""
    won, n = trial.won.astype(np.float64), trial.won.size
    gate, control = np.where(trial.control, 0.0, weight), np.where(trial.control, weight, 0.0)
    scored = np.isfinite(trial.readiness)
    readiness = np.where(scored, trial.readiness, 0.0)
    X = np.column_stack([np.ones(n), readiness, ~scored])
    expected = [_line(X, won, w) for w in (gate, control)]
    robust = expected[0] - expected[1]
    robust += gate * (won - expected[0]) - control * (won - expected[1])
    terms = np.column_stack([np.ones(n), gate * won, gate, control * won, control, robust])
    sums = Accounts(trial.account).sums(terms)
    leads, won_gate, of_gate, won_control, of_control, robust_sum = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        drawn = np.stack([
            (won_gate - won_control) / leads,
            won_gate / of_gate - won_control / of_control,
            robust_sum / leads,
        ])  # fmt: skip
    low, high = percentiles(drawn[:, 1:], LEVEL)
    ends = zip(drawn[:, 0], low, high, strict=True)
    return [Metric(float(v), float(a), float(b), 0.0) for v, a, b in ends]


def _line(X: Floats, won: Floats, weight: Floats) -> Floats:
    """Return the least-squares line of the leads of an arm, for all leads; shape (n,)."""
    root = np.sqrt(weight)[:, None]
    slope = np.linalg.lstsq(X * root, won * root[:, 0], rcond=None)[0]
    return np.asarray(X @ slope)
