"""What the page says is what happened."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from experiments.alignment import Signs, align
from experiments.alignment.fell_through import fell_through
from experiments.alignment.lead_states import lead_states
from experiments.alignment.overlap import overlaps
from experiments.alignment.sources import by_source, by_week, source_column
from experiments.alignment.speed import speed
from experiments.alignment.touches import touches
from features import LeadHistory
from tests.experiments.alignment.conftest import nobody, one_of_each, states_of


@pytest.mark.slow
def test_parts_add_up_to_the_leads_handed_off(simulated):
    config, learned = simulated
    alignment = align(config, learned, Signs(config))
    for parts in (alignment.sources, alignment.weeks):
        assert (
            sum(part.leads for part in parts)
            == alignment.handed_off.leads
            == alignment.states.handed_off.sum()
        )
        assert sum(part.won.count for part in parts) == alignment.handed_off.won.count
        assert sum(part.worked.count for part in parts) == alignment.handed_off.worked.count
    assert sum(share.count for share in alignment.state_shares) == len(learned.history)
    for part in alignment.sources:
        assert sum(share.count for share in part.states.values()) == part.leads
        assert part.worked.count + part.never_worked.count == part.leads


@pytest.mark.slow
def test_stages_of_each_moment_add_up(simulated):
    config, learned = simulated
    journey = align(config, learned, Signs(config)).journey
    assert [moment.name for moment in journey.moments] == [
        "when handed off", "at first contact", "waiting now",
    ]  # fmt: skip
    for moment in journey.moments:
        assert sum(share.count for share in moment.stages.values()) == moment.leads


@pytest.mark.slow
def test_model_is_asked_only_about_what_it_has_not_seen(simulated):
    config, learned = simulated
    alignment = align(config, learned, Signs(config))
    assert alignment.journey.since == learned.evaluation.windows[-1].start
    late = alignment.states.worked_at >= alignment.journey.since
    assert alignment.journey.moments[1].leads == late.sum()


def test_without_signal_nothing_is_claimed(flat):
    config, learned = flat
    silent = dataclasses.replace(learned, verdict="no_signal", why="No signal.")
    alignment = align(config, silent, Signs(config))
    assert alignment.policies is None
    assert alignment.journey is None
    assert alignment.base.count == learned.history.won.sum()


def test_sending_everything_wins_the_base_rate(flat):
    config, learned = flat
    alignment = align(config, learned, Signs(config))
    evaluated = learned.evaluation.evaluated
    everything = alignment.policies.lines[-1]
    assert everything.name == "send everything"
    assert everything.won.value == pytest.approx(np.average(evaluated.y, weights=evaluated.weight))


def test_source_is_the_segment_that_names_one():
    states = states_of(one_of_each())
    assert source_column(states, ["Industry", "Source"]) == "Source"
    assert source_column(states, []) == ""
    assert by_source(states, "") == []


def test_weeks_begin_on_monday():
    weeks = by_week(states_of(one_of_each()))
    assert [week.name for week in weeks] == ["2024-12-30", "2025-03-24"]
    assert [week.leads for week in weeks] == [8, 1]


def test_speed_counts_leads_that_were_handed_off_long_enough_ago():
    waits = speed(states_of(one_of_each()))
    assert (waits.within[1].count, waits.within[1].of) == (1, 9)
    assert (waits.within[3].count, waits.within[3].of) == (3, 9)
    assert (waits.within[7].count, waits.within[7].of) == (4, 8)
    assert waits.contact.of == 5


def history_of_segments():
    leads = pd.DataFrame({"lead_id": [f"{k:03d}" for k in range(400)], "created_at": "2025-01-01"})
    leads["Same"], leads["Apart"] = ["x", "y"] * 200, ["x"] * 200 + ["y"] * 200
    won = leads[["lead_id"]].assign(outcome=["won"] * 200 + ["lost"] * 200, closed_at="2025-02-01")
    return LeadHistory.from_tables(leads, outcomes=won)


def test_overlap_is_whole_for_one_mix_and_half_for_half_of_it():
    same, apart = overlaps(states_of(history_of_segments()), ["Same", "Apart", "Missing"])
    assert same.overlap.value == pytest.approx(1.0)
    assert apart.overlap.value == pytest.approx(0.5)
    assert same.overlap.of == 200
    assert [value.won.value for value in apart.values] == [1.0, 0.0]


def touched(**given):
    ids = [f"{k:03d}" for k in range(60)]
    leads = pd.DataFrame({"lead_id": ids, "created_at": "2025-01-01"})
    won = pd.DataFrame({"lead_id": ids[:30], "outcome": "won", "closed_at": "2025-02-01"})
    acts = pd.concat(
        [
            pd.DataFrame({"lead_id": ids[:30], "occurred_at": "2025-01-10", "type": "demo"}),
            pd.DataFrame({"lead_id": ids[:30], "occurred_at": "2025-03-01", "type": "training"}),
            pd.DataFrame({"lead_id": ids, "occurred_at": "2025-01-20", "type": "visit"}),
            pd.DataFrame({"lead_id": ids[30:], "occurred_at": "2025-01-05", "type": "fair"}),
            pd.DataFrame({"lead_id": ids, "occurred_at": "2025-01-06", "type": "call"}),
        ]
    )
    history = LeadHistory.from_tables(leads, acts, outcomes=won, until="2025-12-31")
    return touches(states_of(history), None, horizon_days=90, sales_types=["call"], **given)


def test_touches_count_what_came_before_the_purchase():
    acts = touched()["activities"]
    counted = {kind.name: (kind.won.count, kind.won.of) for kind in acts.kinds}
    assert counted == {"demo": (30, 30), "visit": (30, 60), "fair": (0, 30)}
    assert [kind.name for kind in acts.kinds] == ["demo", "visit", "fair"]
    assert (acts.everyone.won.count, acts.everyone.won.of) == (30, 60)
    assert acts.unrewarded == ["fair"]
    assert acts.unused == ["demo", "fair", "training", "visit"]


def test_touches_have_no_stage_without_a_model():
    assert touched()["activities"].everyone.stages == {}


def acts_of(occurred, *, until="2025-12-31", horizon_days=90, closed="2025-02-01", n=10):
    """Whether one kind of activity of some leads, won on one day, came before the win."""
    ids = [f"{k:03d}" for k in range(2 * n)]
    leads = pd.DataFrame({"lead_id": ids, "created_at": "2024-10-01T00:00:01Z"})
    won = pd.DataFrame({"lead_id": ids[:n], "outcome": "won", "closed_at": closed})
    acts = pd.DataFrame({"lead_id": ids[:n], "occurred_at": occurred, "type": "demo"})
    visits = pd.DataFrame({"lead_id": ids, "occurred_at": "2024-12-01", "type": "visit"})
    history = LeadHistory.from_tables(
        leads, pd.concat([acts, visits]), outcomes=won, until=pd.Timestamp(until, tz="UTC")
    )
    return touches(states_of(history), None, horizon_days=horizon_days, sales_types=[])


def shares_of(acts):
    return {kind.name: (kind.won.count, kind.won.of) for kind in acts["activities"].kinds}


def test_an_activity_at_the_instant_of_the_win_does_not_come_before_it():
    assert "demo" not in shares_of(acts_of("2025-02-01"))
    assert shares_of(acts_of("2025-01-31T23:59:59Z"))["demo"] == (10, 10)


def test_a_win_counts_up_to_the_end_of_the_horizon():
    assert shares_of(acts_of("2024-11-03"))["demo"] == (10, 10)
    assert shares_of(acts_of("2024-11-02T23:59:59Z"))["demo"] == (0, 10)


def test_an_activity_counts_where_its_horizon_ends_with_the_data():
    late = {"closed": "2025-03-01", "until": "2025-03-31"}
    assert shares_of(acts_of("2024-12-31", **late))["demo"] == (10, 10)
    assert "demo" not in shares_of(acts_of("2024-12-31T00:00:01Z", **late))


def test_without_a_horizon_only_closed_leads_count():
    shares = shares_of(acts_of("2025-01-05", horizon_days=None))
    assert shares == {"demo": (10, 10), "visit": (10, 10)}


def test_kinds_of_fewer_than_ten_leads_are_not_named():
    assert acts_of("2025-01-05", n=10)["activities"].unused == ["demo", "visit"]
    assert acts_of("2025-01-05", n=9)["activities"].unused == ["visit"]


def test_overlap_compares_each_mix_with_its_own_whole():
    _, apart = overlaps(states_of(history_of_segments()), ["Same", "Apart"])
    sides = [(v.audience.of, v.customers.of, v.customers.count) for v in apart.values]
    assert sides == [(400, 200, 200), (400, 200, 0)]


def test_parts_hold_only_leads_that_were_handed_off():
    (web,) = by_source(states_of(one_of_each()), "Source")
    assert (web.name, web.leads) == ("other values", 9)
    assert web.never_worked.count + web.worked.count == 9


def test_fell_through_counts_ignored_abandoned_stalled_and_lost_without_contact():
    history = one_of_each()
    given_up = nobody(history)
    given_up[3] = True
    states = lead_states(history, given_up, nobody(history), 14)
    leaked = fell_through(states)
    assert (leaked.all.count, leaked.all.of) == (4, 9)
    assert {key: share.count for key, share in leaked.states.items()} == dict.fromkeys(
        ("ignored", "lost_unworked", "abandoned", "silent"), 1
    )
    assert fell_through(states_of(history_of_segments())) is None
