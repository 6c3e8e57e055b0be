"""Who is judged must not depend on what became of the leads."""

import numpy as np
import pandas as pd
import pytest

from features import LeadHistory
from features.parsing.times import US_PER_DAY
from training.validation.account_folds import DRAWN, before, held_out, share
from training.validation.windows import Window

DAY0 = pd.Timestamp("2026-01-01T09:00:00Z")
AGES = (0.0, 30.0, 60.0)
N = 3000


def leads(*, outcomes=(), activities=True):
    """Return leads over 300 days, three for each account."""
    numbers = np.arange(N)
    created = DAY0 + pd.to_timedelta(numbers * 300 / N, unit="D")
    ids = [f"L{i:04d}" for i in numbers]
    accounts = [f"A{(i * 7) % (N // 3):04d}" for i in numbers]
    visits = pd.DataFrame({"lead_id": ids[:1], "occurred_at": [DAY0], "type": ["visit"]})
    return LeadHistory.from_tables(
        pd.DataFrame({"lead_id": ids, "created_at": created, "account_id": accounts}),
        visits if activities else None,
        outcomes=pd.DataFrame(outcomes, columns=["lead_id", "outcome", "closed_at"]),
        until=DAY0 + pd.Timedelta(days=400),
    )


@pytest.fixture(scope="module")
def history():
    return leads()


@pytest.fixture
def window(history):
    start = int(history.created.min()) + 200 * US_PER_DAY
    return Window(start, start + 50 * US_PER_DAY)


def test_held_out_accounts_do_not_depend_on_outcomes(history, window):
    closed = [(f"L{i:04d}", "won", DAY0 + pd.Timedelta(days=150)) for i in range(0, 1400, 2)]
    assert (held_out(leads(outcomes=closed), AGES, window) == held_out(history, AGES, window)).all()


def test_held_out_accounts_do_not_depend_on_later_leads(history, window):
    cut = history.cut(window.end)
    assert (held_out(cut, AGES, window) == held_out(history, AGES, window)).all()


def test_held_out_is_a_share_of_those_that_can_lie_on_both_sides(history, window):
    reach = history.created + 60 * US_PER_DAY
    inside = history.accounts[(reach >= window.start) & (history.created < window.end)]
    both = np.intersect1d(before(history, window), inside)
    held = held_out(history, AGES, window)
    assert np.isin(held, both).all()
    assert held.size == pytest.approx(DRAWN * both.size, rel=0.2)


def test_windows_draw_different_accounts(history, window):
    later = Window(window.start + US_PER_DAY, window.end)
    first, second = (held_out(history, AGES, s) for s in (window, later))
    assert 0 < np.intersect1d(first, second).size < 0.7 * first.size


def test_leads_that_are_seen_once_are_all_judged(window):
    flat = leads(activities=False)
    held = held_out(flat, AGES, window)
    inside = np.unique(flat.accounts[window.holds(flat.order)])
    assert (held == np.intersect1d(before(flat, window), inside)).all()
    assert share(flat) == 1.0
