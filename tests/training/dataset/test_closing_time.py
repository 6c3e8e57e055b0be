"""Without a horizon: the time in which leads close, and what it takes for."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from training.dataset.closing_time import _rounded, closing_days, with_horizon
from training.dataset.sample import Sample
from training.dataset.settings import Settings

NONE = Settings((), (), None, (0.0,))
DAY = pd.Timedelta(days=1)


def history(days, won, *, over=700.0, until=700.0, dated=True, worked=True):
    """Return leads that close after so many days, as far as that is before the end."""
    n = len(days)
    created = pd.Timestamp("2024-01-01T08:00") + np.linspace(0, over, n) * DAY
    ids = [f"L{i:05d}" for i in range(n)]
    closed = created + np.asarray(days) * DAY
    end = pd.Timestamp("2024-01-01T08:00") + until * DAY
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": np.where(won, "won", "lost")})
    outcomes["closed_at"] = closed if dated else pd.NaT
    outcomes["worked"] = worked
    leads = pd.DataFrame({"lead_id": ids, "created_at": created})
    return LeadHistory.from_tables(leads, outcomes=outcomes[closed < end], until=end)


def test_the_quantile_is_that_of_leads_that_are_not_open_any_more():
    """Half of the leads are young, and of these only those that closed fast have closed."""
    rng = np.random.default_rng(0)
    days = rng.exponential(100, 20_000)
    known = history(days, rng.random(20_000) < 0.3)
    assert closing_days(known) == pytest.approx(-100 * np.log(0.05), rel=0.06)
    closed = days[(known.won | known.lost)[np.arange(len(known))]]
    assert np.quantile(closed, 0.95) < 0.95 * closing_days(known)


def test_leads_that_never_close_do_not_stretch_it():
    rng = np.random.default_rng(1)
    days = np.where(rng.random(5000) < 0.4, 9e4, rng.uniform(1, 50, 5000))
    assert closing_days(history(days, rng.random(5000) < 0.3)) == pytest.approx(47.5, rel=0.05)


def test_leads_never_worked_do_not_count():
    days = np.tile([10.0, 200.0], 500)
    fast = np.tile([True, False], 500)
    known = history(days, np.tile([True, True, False, False], 250), worked=fast)
    assert closing_days(known) == pytest.approx(10.0)


@pytest.mark.parametrize("share", [0.0, 0.85])
def test_without_closing_times_there_is_no_horizon(share):
    days, won = np.full(400, 10.0), np.arange(400) % 2 == 0
    known = history(days, won)
    gone = known.won & (np.arange(len(known)) >= share * len(known))
    undated = dataclasses.replace(known, closed=np.where(gone, NAT, known.closed))
    assert closing_days(undated) is None
    assert with_horizon(undated, NONE) is NONE


def test_a_stated_horizon_stays():
    stated = dataclasses.replace(NONE, horizon_days=30.0)
    assert with_horizon(history(np.full(400, 10.0), np.arange(400) % 2 == 0), stated) is stated


def test_it_is_shorter_where_the_newest_leads_hold_too_few_wins():
    """Wins come after up to a year, of which the export has hardly more."""
    rng = np.random.default_rng(2)
    days = rng.uniform(1, 360, 900)
    known = history(days, rng.random(900) < 0.3, over=400.0, until=400.0)
    settings = with_horizon(known, NONE)
    assert 0 < settings.horizon_days < closing_days(known)
    assert (Sample.of(known, settings).labels.evaluation_weight > 0).any()


def test_with_too_few_wins_for_any_it_is_that_of_the_closes():
    known = history(np.full(100, 40.0), np.arange(100) % 20 == 0)
    assert with_horizon(known, NONE).horizon_days == 40.0


@pytest.mark.parametrize(
    ("days", "rounded"), [(118.3, 120), (95.0, 95), (95.1, 96), (7.2, 8), (1.0, 1), (1001, 1100)]
)
def test_days_are_rounded_up_to_two_figures(days, rounded):
    assert _rounded(days) == rounded
