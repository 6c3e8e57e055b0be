"""The leads that come in: how many a week, and as what they stand before the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from features.parsing.times import NAT, US_PER_DAY
from features.ruled import rules_as_of
from leadgate.arrays import Floats
from leadgate.config import Config
from leadgate.policy import US_PER_WEEK, Policy, Rule, rules_of
from leadgate.policy.policy import DEFAULT_SHARE, share_of_leads
from training.dataset.even_sample import even_sample
from training.ensemble.fitted import Fitted

RATE_WEEKS, SCORE_WEEKS = 13, 26
MIN_LEADS, MAX_SNAPSHOTS = 200, 20_000
_RECENT = SCORE_WEEKS * US_PER_WEEK
NEWEST_SHARE = 0.2


def leads_per_week(history: LeadHistory, rules: Sequence[Rule] = ()) -> float | None:
    """Return how many leads a week were created in the quarter before the newest one.

    Those on which a rule decided at once are not among them. None without dates.
    """
    if not history.dated or not len(history):
        return None
    week, newest = 7 * US_PER_DAY, int(history.created.max())
    weeks = min(RATE_WEEKS, max(1.0, (newest - int(history.created.min())) / week))
    recent = np.flatnonzero(history.created > newest - weeks * week)
    ruled = rules_as_of(history, rules, recent, history.created[recent])
    return float((ruled == "").sum()) / weeks


def days_of_the_week(history: LeadHistory, timezone: str = "UTC") -> tuple[float, ...]:
    """Return the shares of recent leads created on each day of a time zone, Monday first.

    Empty where the export has no dates, or all leads came on one day.
    """
    if not history.dated or not len(history):
        return ()
    created = history.created[history.created > int(history.created.max()) - _RECENT]
    days = pd.to_datetime(created, unit="us", utc=True).tz_convert(timezone)
    counts = np.bincount(days.day_of_week, minlength=7)
    return tuple((counts / counts.sum()).tolist()) if (counts > 0).sum() > 1 else ()


def snapshots_at_the_gate(history: LeadHistory, ages_days: Sequence[float]) -> Snapshots:
    """Return recent leads as the gate sees them: open, and not worked yet.

    Those of the half year before the newest one; without dates the newest fifth; all when these
    are few. An even sample of them where they are very many.
    """
    snapshots = plan(replace(history, has_handoffs=False), ages_days)
    lead = snapshots.lead
    first = history.first_worked[lead]
    waiting = (first == NAT) | (first > snapshots.as_of)
    if history.dated:
        begin = int(history.created.max(initial=NAT)) - _RECENT
        recent = history.created[lead] > begin
    else:
        recent = snapshots.order >= np.quantile(snapshots.order, 1 - NEWEST_SHARE)
    rows = np.flatnonzero(waiting & recent)
    if np.unique(lead[rows]).size < MIN_LEADS:
        rows = np.flatnonzero(waiting) if waiting.any() else np.arange(len(snapshots))
    return snapshots.take(even_sample(rows, MAX_SNAPSHOTS))


def arriving(
    fitted: Fitted, history: LeadHistory, ages_days: Sequence[float], rules: Sequence[Rule] = ()
) -> Floats:
    """Return the features of recent leads as the gate sees them; shape (n, p).

    Leads on which a rule decides are not among them, where there are others.
    """
    at = snapshots_at_the_gate(history, ages_days)
    free = rules_as_of(history, rules, at.lead, at.as_of) == ""
    at = at.take(free) if free.any() else at
    return fitted.feature_set.matrix(history, at.lead, at.as_of)


def capacity_share(config: Config, history: LeadHistory) -> float:
    """Return the share of the incoming leads that the team can take; a half when not known.

    Rankings are compared on it. That of the policy is 1 where only break-even binds: there the
    readiness says how many are handed over, and among all leads no ranking differs from another.
    """
    share = share_of_leads(config.policy.capacity, leads_per_week(history, rules_of(config.policy)))
    return DEFAULT_SHARE if share is None else share


def learn_policy(
    config: Config,
    history: LeadHistory,
    fitted: Fitted,
    X: Floats,
    champion: Policy | None = None,
) -> Policy:
    """Return the policy of a model: its score distribution under the settings of today.

    The bands of the model that decides today are kept, so that a grade goes on meaning the same
    readiness.

    Parameters
    ----------
    X
        Shape (n, p): the leads that come in (`arriving`).
    """
    readiness = fitted.model.readiness(X)
    won = history.amount[history.won & np.isfinite(history.amount)]
    policy = Policy.learn(
        readiness,
        base_rate=float(readiness.mean()),
        leads_per_week=leads_per_week(history, rules_of(config.policy)),
        signal=fitted.has_signal,
        key=config.tracking.model,
        days=days_of_the_week(history, config.policy.timezone),
        uplift=None if fitted.model.unworked is None else fitted.model.uplift(X)[:, 1],
    )
    if champion is not None and champion.signal:
        policy = replace(policy, bands=champion.bands)
    return policy.with_settings(
        config.policy,
        float(won.mean()) if won.size else None,
        amount_column=config.columns.amount,
    )
