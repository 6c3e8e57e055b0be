"""A queue of sales with a known law: whom it works, and what becomes of the leads without it."""

import numpy as np
import pandas as pd

from features.history.lead_history import LeadHistory

START = pd.Timestamp("2025-01-06", tz="UTC")
HORIZON = 60.0


def queue(n=4000, seed=0, *, weekly=(0.02, 0.15), won=(0.05, 0.6), added=0.0):
    """Leads of two ratings: how likely sales is to work them in a week, and they are to win.

    A lead that wins does so after 20 days on average. Of the others, work makes a part `added` win
    ten days later on average. Nothing but wins is ever recorded, and a visit at creation.

    Returns
    -------
    history : LeadHistory
    truth : float
        The share of the leads that win within the horizon while nobody works them.
    """
    rng = np.random.default_rng(seed)
    good = rng.random(n) < 0.5
    created = START + pd.to_timedelta(rng.uniform(0, 300, n), unit="D")
    chance = np.where(good, weekly[1], weekly[0])
    work = np.minimum((rng.geometric(chance) - 1) * 7.0 + rng.uniform(0, 7, n), 5000.0)
    wins = rng.random(n) < np.where(good, won[1], won[0])
    closes = np.where(wins, rng.exponential(20, n), 500.0)
    truth = float((closes <= HORIZON).mean())
    helped = (closes > work) & (rng.random(n) < added)
    closes = np.where(helped, np.minimum(closes, work + rng.exponential(10, n)), closes)
    ids = np.array([f"L{i:05d}" for i in range(n)])
    until = START + pd.Timedelta(days=400)
    closed, worked = (created + pd.to_timedelta(days, unit="D") for days in (closes, work))
    leads = pd.DataFrame(
        {"lead_id": ids, "created_at": created, "Rating": np.where(good, "hot", "cold")}
    )
    is_closed, is_worked = closed < until, (work < closes) & (worked < until)
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": "won", "closed_at": closed})[is_closed]
    handoffs = pd.DataFrame({"lead_id": ids, "handed_off_at": worked, "first_worked_at": worked})
    visits = pd.DataFrame({"lead_id": ids, "type": "visit", "occurred_at": created})
    history = LeadHistory.from_tables(
        leads, visits, None, outcomes, handoffs[is_worked], until=until.isoformat()
    )
    return history, truth
