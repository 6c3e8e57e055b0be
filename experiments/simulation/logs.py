"""Simulated logs of a gate that explores, with the true value of any other gate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from experiments.effect.off_policy import Log, chance_of, handoff_chance
from experiments.effect.trial import Trial
from leadgate.arrays import Floats
from leadgate.config import PolicySettings
from leadgate.policy import HAND_OFF, Policy, decide_many

VALUE, COST = 1000.0, 50.0
# Fresh leads over which a true value is taken.
N_TRUTH = 1_000_000


@dataclass(frozen=True, eq=False)
class Leads:
    """Leads of accounts with a true chance to win, as two models see them; shape (n,) each."""

    account: np.ndarray
    chance: Floats
    old: Floats
    new: Floats


@dataclass(frozen=True, eq=False)
class SimulatedLog:
    """A log of the old gate, what the new one would do with it, and what that earns in truth."""

    log: Log
    target: Floats
    expected: Floats
    truth: float


def draw_leads(n: int, rng: np.random.Generator) -> Leads:
    """Draw leads; those of one account are alike, and each model sees a part of the truth."""
    account = rng.integers(0, max(1, n // 3), n)
    common = rng.normal(0, 0.6, n // 3 + 1)[account]
    a, b = rng.normal(size=(2, n))
    odds = -2.2 + common + 0.8 * a + 0.8 * b
    return Leads(
        account=account,
        chance=_share(odds),
        old=_share(-2.0 + 0.8 * a + 0.4 * common),
        new=_share(-2.0 + 0.8 * a + 0.5 * b + 0.4 * common),
    )


def draw_log(n: int, explore: float, seed: int) -> SimulatedLog:
    """Log the old gate's decisions on n leads, and ask what the new one would have earned.

    Both hand off half of the leads.

    Parameters
    ----------
    explore
        Share of the leads below the line that the old gate hands off.
    seed
        Of the leads, the draws of exploration and the outcomes.
    """
    rng = np.random.default_rng(seed)
    leads = draw_leads(n, rng)
    old, new, truth = _gates(explore)
    old = replace(old, key=str(seed))
    ids = np.array([f"{seed}-{i}" for i in range(n)], dtype=object)
    decided = decide_many(leads.old, ids, old)
    handed = decided.decision == HAND_OFF
    won = (rng.random(n) < leads.chance).astype(np.float64)
    log = Log(
        handed_off=handed,
        chance=chance_of(decided.decision, decided.propensity),
        reward=VALUE * won - COST,
        account=leads.account,
    )
    return SimulatedLog(log, handoff_chance(new, leads.new), VALUE * leads.old - COST, truth)


@cache
def _gates(explore: float) -> tuple[Policy, Policy, float]:
    """Return both gates and the new one's true value, over fresh leads."""
    fresh = draw_leads(N_TRUTH, np.random.default_rng(10**6))
    settings = PolicySettings(capacity_per_week=50, explore=explore)
    old, new = (
        Policy.learn(scores, base_rate=0.15, leads_per_week=100.0).with_settings(settings)
        for scores in (fresh.old, fresh.new)
    )
    earned = handoff_chance(new, fresh.new) * (VALUE * fresh.chance - COST)
    return old, new, float(earned.mean())


def _share(odds: Floats) -> Floats:
    shares: Floats = 1.0 / (1.0 + np.exp(-odds))
    return shares


def draw_trial(n: int, control: float, seed: int, base_rate: float = 0.1) -> tuple[Trial, float]:
    """Draw leads of a gate with a control group, and the true effect on those leads.

    Half of the leads reach the line; a lead of the control group wins by itself, another one that
    reaches the line with what sales adds.

    Parameters
    ----------
    base_rate
        About the share of the leads that win by themselves.

    Returns
    -------
    trial
        What is known of the leads.
    effect
        What the gate adds to the mean chance of these leads.
    """
    rng = np.random.default_rng(seed)
    leads = draw_leads(n, rng)
    by_itself = leads.chance * base_rate / 0.18
    worked = 1.0 - (1.0 - by_itself) * (1.0 - 0.5 * leads.chance)
    reached = leads.old >= np.median(leads.old)
    gate = np.where(reached, worked, by_itself)
    group = (rng.random(leads.account.max() + 1) < control)[leads.account]
    won = rng.random(n) < np.where(group, by_itself, gate)
    share = np.full(n, control)
    return Trial(group, share, won, leads.old, leads.account), float((gate - by_itself).mean())
