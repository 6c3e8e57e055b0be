"""A hard world: as few wins, as many faults as a real CRM, and a truth that still holds."""

import numpy as np
import pandas as pd
import pytest

from experiments.simulation import Oracle, WorldSettings, simulate
from experiments.simulation.clock import days_since
from experiments.simulation.hard.damage import GAPS, MISSING, OVERWRITTEN
from experiments.simulation.hard.machines import MAILING_DAY, MAILING_HOUR
from experiments.simulation.hard.rates import seasons, way_of, ways
from experiments.simulation.law import INTEREST, LOST, PURCHASE, WON, law_of
from leadgate.errors import DataError

HARD = WorldSettings(n_leads=12_000, hard=True, account_effect=0.5)


@pytest.fixture(scope="module")
def world():
    return simulate(HARD)


def days(world, times):
    return days_since(times, world.settings.start)


def test_two_of_a_hundred_leads_win(world):
    won = (world.truth.outcomes()["outcome"] == "won").mean()
    assert 0.015 < won < 0.03


def test_equal_settings_give_an_equal_world(world):
    again = simulate(HARD)
    for table in ("leads", "activities", "outcomes", "handoffs"):
        pd.testing.assert_frame_equal(getattr(world, table), getattr(again, table))


@pytest.mark.parametrize("team", range(4))
def test_truth_is_what_becomes_of_leads_that_are_worked(world, team):
    """Of leads as sales first works them, as many win within the horizon as their truth says."""
    truth = world.truth
    rows = np.flatnonzero(np.isfinite(truth.worked) & (truth.team == team))
    expected = truth.p_won(truth.lead_ids[rows], _at(world, truth.worked[rows]), 90.0)
    closes = truth.entered[rows, WON]
    won = (closes > truth.worked[rows]) & (closes <= truth.worked[rows] + 90.0)
    spread = np.sqrt((expected * (1 - expected)).sum())
    assert abs(won.sum() - expected.sum()) < 3.5 * spread


def test_a_lead_is_worth_more_to_a_better_team_that_comes_soon():
    law = law_of(HARD)
    rates = law.generators[0, :, 0, PURCHASE, WON]
    way = way_of(np.array([0, 0, 0, 1]), np.array([0.5, 5.0, 40.0, 0.5]))
    assert (np.diff(rates[way[:3]]) < 0).all()
    assert rates[way[3]] < rates[way[0]]
    assert law.ways == ways().size == 12
    assert way.min() >= 1
    assert rates[0] < rates[1:].min()


def test_seasons_turn_over_the_year_and_move_wins_alone():
    assert seasons(24)[:12] == pytest.approx(seasons(24)[12:])
    assert seasons(12).max() > 1.25 * seasons(12)[0] > 1.25**2 * seasons(12).min()
    law = law_of(HARD)
    losses = law.generators[:, 0, 0, INTEREST, LOST]
    assert (losses == losses[0]).all()


def test_machines_open_and_click_within_a_minute_after_the_mailing(world):
    opens = world.activities[world.activities["type"] == "newsletter_open"]
    minute = (days(world, opens["occurred_at"]) % 7 - MAILING_DAY) * 1440 - MAILING_HOUR * 60
    by_machine = (minute >= -0.02) & (minute <= 1.02)
    assert by_machine.mean() > 0.2
    account = world.leads.set_index("lead_id")["account_id"]
    share = account[opens["lead_id"][by_machine]].nunique() / account.nunique()
    assert 0.2 < share < 0.35


def test_weekends_are_quiet(world):
    visits = world.activities[world.activities["type"] == "blog_visit"]
    weekend = days(world, visits["occurred_at"]) % 7 >= 5
    assert weekend.mean() == pytest.approx(0.3 * 2 / (5 + 0.3 * 2), abs=0.02)


def test_fields_are_missing_and_one_is_as_sales_left_it(world):
    worked = world.handoffs["first_worked_at"].notna().to_numpy()
    for name, share in MISSING.items():
        rows = ~worked if name == OVERWRITTEN else slice(None)
        assert world.leads[name][rows].isna().mean() == pytest.approx(share, abs=0.02)
    assert world.leads[OVERWRITTEN][worked].notna().all()
    assert world.leads["Rating"].notna().all()


def test_deals_recorded_in_a_gap_are_not_in_the_file(world):
    recorded = days(world, world.outcomes["recorded_at"]) / HARD.days
    for begin, end in GAPS:
        assert not ((recorded >= begin) & (recorded < end)).any()
        assert ((recorded >= begin - 0.04) & (recorded < begin)).any()
    due = (world.truth.recorded <= HARD.days).sum()
    assert 0.88 < len(world.outcomes) / due < 0.97


def test_the_filter_refuses_what_it_does_not_know(world):
    with pytest.raises(DataError, match="filter of a hard world is not known"):
        Oracle(world)


def _at(world, when):
    start = pd.Timestamp(world.settings.start, tz="UTC")
    return pd.Series(start + pd.to_timedelta(when, unit="D")).dt.round("s")
