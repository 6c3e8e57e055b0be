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
from tests.experiments.alignment.conftest import fates_of, one_of_each


@pytest.mark.slow
def test_parts_add_up_to_the_leads_sent(simulated):
    config, learned = simulated
    found = align(config, learned, Signs(config))
    for parts in (found.sources, found.weeks):
        assert sum(part.leads for part in parts) == found.sent.leads == found.fates.sent.sum()
        assert sum(part.won.count for part in parts) == found.sent.won.count
        assert sum(part.worked.count for part in parts) == found.sent.worked.count
    assert sum(share.count for share in found.states) == len(learned.history)
    for part in found.sources:
        assert sum(share.count for share in part.states.values()) == part.leads
        assert part.worked.count + part.never_worked.count == part.leads


@pytest.mark.slow
def test_stages_of_each_moment_add_up(simulated):
    config, learned = simulated
    found = align(config, learned, Signs(config)).journey
    assert [moment.name for moment in found.moments] == [
        "when sent", "at first contact", "waiting now",
    ]  # fmt: skip
    for moment in found.moments:
        assert sum(share.count for share in moment.stages.values()) == moment.leads


@pytest.mark.slow
def test_model_is_asked_only_about_what_it_has_not_seen(simulated):
    config, learned = simulated
    found = align(config, learned, Signs(config))
    assert found.journey.since == learned.trained.evaluation.windows[-1].start
    late = found.fates.worked_at >= found.journey.since
    assert found.journey.moments[1].leads == late.sum()


def test_without_signal_nothing_is_promised(flat):
    config, learned = flat
    silent = dataclasses.replace(learned.trained, verdict="no_signal", why="No signal.")
    found = align(config, dataclasses.replace(learned, trained=silent), Signs(config))
    assert found.qualified is None
    assert found.journey is None
    assert found.base.count == learned.history.won.sum()


def test_sending_everything_qualifies_the_base_rate(flat):
    config, learned = flat
    found = align(config, learned, Signs(config))
    evaluated = learned.trained.evaluation.evaluated
    everything = found.qualified.lines[-1]
    assert everything.name == "send everything"
    assert everything.won.value == pytest.approx(np.average(evaluated.y, weights=evaluated.weight))


def test_source_is_the_segment_that_names_one():
    found = fates_of(one_of_each())
    assert source_column(found, ["Industry", "Source"]) == "Source"
    assert source_column(found, []) == ""
    assert by_source(found, "") == []


def test_weeks_begin_on_monday():
    weeks = by_week(fates_of(one_of_each()))
    assert [week.name for week in weeks] == ["2024-12-30", "2025-03-24"]
    assert [week.leads for week in weeks] == [8, 1]


def test_speed_counts_leads_that_were_sent_long_enough_ago():
    found = speed(fates_of(one_of_each()))
    assert (found.within[1].count, found.within[1].of) == (1, 9)
    assert (found.within[7].count, found.within[7].of) == (4, 8)
    assert found.contact.of == 5


def history_of_segments():
    leads = pd.DataFrame({"lead_id": [f"{k:03d}" for k in range(400)], "created_at": "2025-01-01"})
    leads["Same"], leads["Apart"] = ["x", "y"] * 200, ["x"] * 200 + ["y"] * 200
    won = leads[["lead_id"]].assign(outcome=["won"] * 200 + ["lost"] * 200, closed_at="2025-02-01")
    return LeadHistory.from_tables(leads, outcomes=won)


def test_overlap_is_whole_for_one_mix_and_half_for_half_of_it():
    same, apart = overlaps(fates_of(history_of_segments()), ["Same", "Apart", "Missing"])
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
    return touches(fates_of(history), None, horizon_days=90, sales_types=["call"], **given)


def test_touches_count_what_came_before_the_purchase():
    found = touched()["activities"]
    counted = {kind.name: (kind.won.count, kind.won.of) for kind in found.kinds}
    assert counted == {"demo": (30, 30), "visit": (30, 60), "fair": (0, 30)}
    assert [kind.name for kind in found.kinds] == ["demo", "visit", "fair"]
    assert (found.everyone.won.count, found.everyone.won.of) == (30, 60)
    assert found.unrewarded == ["fair"]
    assert found.unused == ["demo", "fair", "training", "visit"]


def test_touches_have_no_stage_without_a_model():
    assert touched()["activities"].everyone.stages == {}
