"""What the page says is what happened."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from experiments.alignment import Signs, align
from experiments.alignment.overlap import overlaps
from experiments.alignment.sources import by_source, by_week, source_column
from experiments.alignment.speed import speed
from experiments.alignment.touches import touches
from features import LeadHistory
from tests.experiments.alignment.conftest import one_of_each, states_of


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
    assert alignment.journey.since == learned.trained.evaluation.windows[-1].start
    late = alignment.states.worked_at >= alignment.journey.since
    assert alignment.journey.moments[1].leads == late.sum()


def test_without_signal_nothing_is_claimed(flat):
    config, learned = flat
    silent = dataclasses.replace(learned.trained, verdict="no_signal", why="No signal.")
    alignment = align(config, dataclasses.replace(learned, trained=silent), Signs(config))
    assert alignment.policies is None
    assert alignment.journey is None
    assert alignment.base.count == learned.history.won.sum()


def test_sending_everything_wins_the_base_rate(flat):
    config, learned = flat
    alignment = align(config, learned, Signs(config))
    evaluated = learned.trained.evaluation.evaluated
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
