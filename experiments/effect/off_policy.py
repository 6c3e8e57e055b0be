"""What another policy would have earned, from logged decisions with propensities.

The value of a policy is what its handoffs earn, for each lead that is decided on: a lead held back
earns nothing by a handoff, so that V = E[q(x) r(x)], with the probability q(x) that the policy
hands the lead off and the reward r(x) of a handoff. The log shows r for the leads that were handed
off, each with the known probability p(x) of that; w = q / p for them, 0 for the others.

- inverse propensity (IPS): mean of w r; unbiased where p > 0 wherever q > 0 (Horvitz & Thompson
  1952);
- ratio: the weighted mean of r over the handoffs times the mean of q (Hajek 1971); a little biased,
  less spread. The self-normalised estimate of Swaminathan & Joachims (2015) has the weights of
  leads held back in its sum as well, and leads that the log handed off for certain have none;
- doubly robust: mean of q m + w (r - m) with an expected reward m of any model; unbiased as IPS,
  and less spread the better m is (Dudík, Langford & Li 2011).

Only the first decision on a lead counts: its propensity is exact, that of a later one depends on
the first. Leads that sales worked without a handoff have no propensity and are not in the log.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from leadgate.arrays import Bools, Floats, Ints, Texts
from leadgate.errors import DataError
from leadgate.policy import HAND_OFF, NURTURE, Policy, decide_many
from leadgate.policy.participation import OFF_POLICY, takes_part
from training.evaluation.evaluated import Metric
from training.statistics.bootstrap import LEVEL, percentiles, replicates

# Below so many effective handoffs, or with more of the policy's handoffs where the log made none,
# there is no value.
MIN_EFFECTIVE, MAX_UNSUPPORTED = 50.0, 0.02


@dataclass(frozen=True, eq=False)
class Log:
    """First decisions; every array has shape (n,).

    Attributes
    ----------
    handed_off
        Whether the lead was handed off.
    chance
        The probability with which it could have been, in [0, 1].
    reward
        What its handoff earned; not looked at where it was held back.
    account
        Codes of the accounts, the unit of the bootstrap.
    """

    handed_off: Bools
    chance: Floats
    reward: Floats
    account: Ints


@dataclass(frozen=True)
class Value:
    """What a policy earns for each lead that is decided on, with 90 % intervals.

    Attributes
    ----------
    inverse_propensity, ratio, doubly_robust
        The three estimates.
    effective_n
        Kish's effective number of the weighted handoffs.
    handoffs
        Handoffs in the log that the policy would have made, too, in part at least.
    unsupported
        Share of the policy's handoffs on which the log has nothing to say.
    """

    inverse_propensity: Metric
    ratio: Metric
    doubly_robust: Metric
    effective_n: float
    handoffs: int
    unsupported: float = field(default=0.0)


def first_decisions(decisions: pd.DataFrame) -> pd.DataFrame:
    """Return the first decision on each lead, where that was to hand it off or to hold it back.

    Parameters
    ----------
    decisions
        ``lead_id, as_of, decision, propensity``, in any order, and maybe ``ruled_by, arm``.

    Returns
    -------
    DataFrame
        The same columns and ``chance``, the probability of a handoff. Leads whose first decision
        was another one (review, or sales had them already) are left out, and so are those of a
        person (`leadgate.policy.participation`).
    """
    first = decisions.sort_values(["as_of"], kind="stable").drop_duplicates("lead_id")
    if "ruled_by" in first:
        first = first[takes_part(OFF_POLICY, first["ruled_by"], first["arm"])]
    first = first[first["decision"].isin([HAND_OFF, NURTURE])]
    decision = first["decision"].to_numpy(dtype=object)
    chance = chance_of(decision, first["propensity"].to_numpy(np.float64))
    return first.assign(chance=chance).reset_index(drop=True)


def handoff_chance(
    policy: Policy,
    readiness: Floats,
    values: Floats | None = None,
    uplift: Floats | None = None,
) -> Floats:
    """Return the probability that a policy hands off each lead, by its fixed line; shape (n,).

    Parameters
    ----------
    readiness
        Shape (n,), by the model of that policy; NaN (too little known) is held back.
    values
        What winning each lead brings; None: the policy's value.
    uplift
        What working each lead adds to its chance, by the same model; None: not known.
    """
    ids = np.full(readiness.size, "", dtype=object)
    decided = decide_many(readiness, ids, policy, values, uplift)
    return chance_of(decided.decision, decided.propensity)


def chance_of(decision: Texts, propensity: Floats) -> Floats:
    """Return the probability of a handoff, from decisions and the propensities of these."""
    held_back = np.where(decision == NURTURE, 1.0 - propensity, 0.0)
    chance: Floats = np.where(decision == HAND_OFF, propensity, held_back)
    return chance


def off_policy_value(log: Log, target: Floats, expected: Floats | None = None) -> Value:
    """Estimate what a policy would have earned on the leads of a log.

    Parameters
    ----------
    log
        First decisions and what their handoffs earned.
    target
        The probability that the policy hands off each lead, shape (n,).
    expected
        What a model expects a handoff of each lead to earn, shape (n,); None: 0.

    Raises
    ------
    DataError
        ``no_overlap``: the policy hands off leads of a kind that the log never handed off, or too
        few handoffs are left by their weights.
    """
    supported = log.chance > 0
    unsupported = float(target[~supported].sum() / max(target.sum(), 1e-300))
    weight = np.zeros(target.size)
    used = log.handed_off & supported
    weight[used] = target[used] / log.chance[used]
    effective = float(weight.sum() ** 2 / max((weight**2).sum(), 1e-300))
    _check_overlap(unsupported, effective)
    reward = np.where(log.handed_off, log.reward, 0.0)
    guess = np.zeros(target.size) if expected is None else expected
    terms = np.column_stack(
        [
            np.ones(target.size),
            weight * reward,
            weight,
            target,
            target * guess + weight * (reward - guess),
        ]
    )
    ips, ratio, robust = _estimates(terms, log.account)
    return Value(ips, ratio, robust, effective, int((weight > 0).sum()), unsupported)


def _check_overlap(unsupported: float, effective: float) -> None:
    hint = "Log decisions with exploration (policy.explore) for longer."
    if unsupported > MAX_UNSUPPORTED:
        raise DataError(
            f"The policy makes {unsupported:.0%} of its handoffs where the log could make none.",
            code="no_overlap",
            hint=hint,
        )
    if effective < MIN_EFFECTIVE:
        raise DataError(
            f"The log holds {effective:.0f} effective handoffs of this policy; "
            f"{MIN_EFFECTIVE:.0f} are needed.",
            code="no_overlap",
            hint=hint,
        )


def _estimates(terms: Floats, account: Ints) -> list[Metric]:
    """Return the three estimates with their bootstrap intervals."""
    names, code = np.unique(account, return_inverse=True)
    sums = np.zeros((names.size, terms.shape[1]))
    np.add.at(sums, code, terms)
    ones = np.ones(names.size)
    drawn = [w @ sums for w in replicates(np.arange(names.size), ones, n=1000, seed=0)]
    values = _ratios(np.vstack([terms.sum(axis=0), *drawn]))
    low, high = percentiles(values[:, 1:], LEVEL)
    return [Metric(*map(float, ends)) for ends in zip(values[:, 0], low, high, strict=True)]


def _ratios(total: Floats) -> Floats:
    n, earned, weight, target, robust = total.T
    mean = np.divide(earned, weight, out=np.full(n.size, np.nan), where=weight > 0)
    return np.stack([earned / n, mean * target / n, robust / n])
