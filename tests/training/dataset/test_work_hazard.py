"""The hazard of being worked, against a queue whose law is known."""

import numpy as np
import pandas as pd
import pytest

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY
from training.dataset.unworked import unworked_arm
from training.dataset.work_hazard import WorkHazard

DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2025-01-06", tz="UTC")
HORIZON = 60.0


def queue(n=4000, seed=0, *, weekly=(0.02, 0.15), won=(0.05, 0.6)):
    """Leads of two ratings: how likely sales is to work them in a week, and they are to win.

    A lead that wins does so after 20 days on average.
    """
    rng = np.random.default_rng(seed)
    good = rng.random(n) < 0.5
    created = START + pd.to_timedelta(rng.uniform(0, 300, n), unit="D")
    chance = np.where(good, weekly[1], weekly[0])
    work = (rng.geometric(chance) - 1) * 7.0 + rng.uniform(0, 7, n)
    wins = rng.random(n) < np.where(good, won[1], won[0])
    closes = np.where(wins, rng.exponential(20, n), 500.0)
    ids = np.array([f"L{i:05d}" for i in range(n)])
    until = START + 400 * DAY
    work = np.minimum(work, 5000.0)
    closed, worked = (created + pd.to_timedelta(days, unit="D") for days in (closes, work))
    leads = pd.DataFrame(
        {"lead_id": ids, "created_at": created, "Rating": np.where(good, "hot", "cold")}
    )
    is_closed, is_worked = closed < until, (work < closes) & (worked < until)
    outcomes = pd.DataFrame({"lead_id": ids, "outcome": "won", "closed_at": closed})[is_closed]
    handoffs = pd.DataFrame({"lead_id": ids, "handed_off_at": worked, "first_worked_at": worked})
    history = LeadHistory.from_tables(
        leads, None, None, outcomes, handoffs[is_worked], until=until.isoformat()
    )
    truth = float((closes <= HORIZON).mean())
    return history, truth


def left_alone(history, seen):
    """The share of wins among leads that nobody works, as the arm has it."""
    labels = unworked_arm(history, [0.0], HORIZON, seen).labels
    labelled = labels.weight > 0
    return float(np.average(labels.y[labelled], weights=labels.weight[labelled]))


def test_a_queue_by_rating_does_not_move_the_rate_of_leads_left_alone():
    history, truth = queue(weekly=(0.01, 0.25))
    assert left_alone(history, ("Rating",)) == pytest.approx(truth, abs=0.03)


def test_one_curve_of_all_leads_would_be_wrong():
    history, truth = queue(weekly=(0.01, 0.25))
    assert abs(left_alone(history, ()) - truth) > 0.05


def test_the_chance_of_being_left_alone_is_that_of_the_queue():
    history, _ = queue(weekly=(0.05, 0.05))
    hazard = WorkHazard.fit(history, ())
    ends = [np.where(t == NAT, history.until, t) for t in (history.closes, history.first_worked)]
    lead = np.flatnonzero(np.minimum(*ends) - history.created > 42 * US_PER_DAY)
    begin = history.created[lead]
    after = hazard.unworked(lead, begin, begin + 42 * US_PER_DAY)
    assert after.mean() == pytest.approx(0.95**6, abs=0.03)
    assert hazard.unworked(lead, begin, begin) == pytest.approx(1.0)
    expected = hazard.expected(lead, begin, 42.0)
    assert expected.mean() == pytest.approx(1 - 0.95**6, abs=0.03)


def test_sales_that_takes_every_good_lead_and_no_other_leaves_nothing_to_compare():
    history, _ = queue(weekly=(1e-6, 0.999))
    assert unworked_arm(history, [0.0], HORIZON, ("Rating",)).refused


def test_too_few_worked_leads_say_nothing():
    history, _ = queue(n=60, weekly=(2e-3, 2e-3))
    assert WorkHazard.fit(history, ("Rating",)) is None
    assert "too few" in unworked_arm(history, [0.0], HORIZON, ()).refused
