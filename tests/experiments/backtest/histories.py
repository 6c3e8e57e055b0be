"""Small random histories for the replay."""

from __future__ import annotations

import numpy as np
import pandas as pd

from experiments.backtest.pool import Pool, mondays
from experiments.backtest.work import Work
from features.history.lead_history import LeadHistory

START = pd.Timestamp("2025-01-06", tz="UTC")
DAY = pd.Timedelta(days=1)


def random_history(seed, n=60, *, handoffs=True, days=120, leaving=True):
    """Return leads that come in within `days`; with `leaving` some close or are contacted."""
    rng = np.random.default_rng(seed)
    ids = [f"L{i:03d}" for i in range(n)]
    created = START + pd.to_timedelta(rng.uniform(0, days * 0.8, n), unit="D")
    leads = pd.DataFrame(
        {
            "lead_id": ids,
            "created_at": created,
            "account_id": rng.integers(0, max(n // 2, 1), n).astype(str),
            "size": rng.integers(0, 9, n).astype(str),
        }
    )
    closed = created + pd.to_timedelta(rng.exponential(40, n), unit="D")
    closes_in_time = (closed < START + days * DAY) & leaving
    outcomes = pd.DataFrame(
        {
            "lead_id": ids,
            "outcome": np.where(rng.random(n) < 0.4, "won", "lost"),
            "closed_at": closed,
            "recorded_at": closed + pd.to_timedelta(rng.uniform(0, 5, n), unit="D"),
        }
    )[closes_in_time]
    worked = created + pd.to_timedelta(rng.exponential(30, n), unit="D")
    table = None
    if handoffs:
        first = pd.Series(worked).where(rng.random(n) < (0.6 if leaving else 0.0))
        table = pd.DataFrame({"lead_id": ids, "handed_off_at": created, "first_worked_at": first})
    return LeadHistory.from_tables(
        leads, outcomes=outcomes, handoffs=table, until=START + days * DAY
    )


def pool_of(history):
    """Return everyone who waits in any week of a history."""
    return Pool.of(history, Work.of(history), mondays(int(history.created.min()), history.until))
