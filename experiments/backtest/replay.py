"""The replay: a policy goes through the weeks and hands leads off once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from experiments.backtest.pool import Pool
from experiments.backtest.scores import Scored
from leadgate.arrays import Bools, Floats, Ints, Positions, Texts
from leadgate.policy import HAND_OFF, Policy, decide_best
from leadgate.policy.ranking import top

# Takes the pairs of one week that still wait, returns which of them go to sales.
Pick = Callable[[Positions], Bools]


def replay(pool: Pool, pick: Pick) -> Ints:
    """Let a policy decide week by week.

    Returns
    -------
    ndarray of shape (leads of the history,)
        The week in which each lead is handed off; -1 for never.
    """
    handed = np.full(len(pool.history), -1)
    for week in range(len(pool.weeks)):
        span = pool.rows(week)
        rows = np.arange(span.start, span.stop)
        rows = rows[handed[pool.lead[rows]] < 0]
        handed[pool.lead[rows[pick(rows)]]] = week
    return handed


def what_sales_did(pool: Pool) -> Ints:
    """Return the handoffs of sales as it was: each lead that it worked, in the week before."""
    work = pool.work
    if not work.dated:
        return np.where(work.ever, pool.first, -1)
    week = np.searchsorted(pool.weeks, work.at) - 1
    return np.where(work.ever & (pool.last == week), pool.last, -1)


def best(pool: Pool, score: Floats, capacity: int) -> Pick:
    """Return the policy that sends the leads with the highest scores, by the one tie rule.

    Parameters
    ----------
    score
        Shape (pairs,), higher is better; NaN comes last.
    capacity
        Handoffs a week.
    """
    return lambda rows: top(score[rows], pool.lead[rows], capacity)


def gate(
    pool: Pool,
    score: Scored,
    policy: Policy,
    capacity: int,
    values: Floats | None,
    rule: Texts | None = None,
) -> Pick:
    """Return the gate: `leadgate.policy.decide_best`, none below break-even.

    Parameters
    ----------
    score
        Of each pair.
    policy
        What a handoff costs and brings.
    capacity
        Handoffs a week.
    values
        What winning each lead of the history brings; None: the policy's value.
    rule
        The rule that applies to each pair, "" for none; None: none applies.
    """
    policy = policy.without_control()

    def pick(rows: Positions) -> Bools:
        lead = pool.lead[rows]
        worth = None if values is None else values[lead]
        uplift, ruled_by = score.uplift[rows], None if rule is None else rule[rows]
        decided = decide_best(
            score.readiness[rows], lead, policy, capacity, worth, uplift, rule=ruled_by
        )
        return np.asarray(decided.decision == HAND_OFF)

    return pick
