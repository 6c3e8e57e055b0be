"""The parts of the test window add up to it, and say what became of each."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from training.evaluation.breakdown import MIN_LEADS, break_down


@pytest.fixture(scope="module")
def parts(evaluated):
    return break_down(evaluated)


def every_split(parts):
    return [parts.buckets, parts.time_slices, *parts.segments.values()]


def test_every_split_adds_up_to_the_window(parts, evaluated):
    for groups in every_split(parts):
        leads = np.array([g.leads for g in groups])
        assert leads.sum() == pytest.approx(evaluated.weight.sum())
        assert leads @ [g.observed for g in groups] == pytest.approx(evaluated.weight @ evaluated.y)
        assert leads @ [g.expected for g in groups] == pytest.approx(
            evaluated.weight @ evaluated.readiness
        )


def test_intervals_hold_the_share_and_mostly_the_truth(parts):
    groups = [g for groups in every_split(parts) for g in groups]
    assert all(g.low <= g.observed <= g.high for g in groups)
    assert np.mean([g.low <= g.expected <= g.high for g in groups]) > 0.75


def test_intervals_leave_room_for_chance_where_nobody_was_won(evaluated):
    """Twelve leads of which none was won were once 0.0 % (0.0 to 0.0)."""
    lost = dataclasses.replace(evaluated, y=np.where(evaluated.readiness < 0.2, 0.0, evaluated.y))
    least_ready = break_down(lost).buckets[0]
    assert (least_ready.observed, least_ready.low) == (0.0, 0.0)
    assert least_ready.high > 1 - 0.05 ** (1 / least_ready.leads) - 1e-9


def test_buckets_are_tenths_and_rise(parts, evaluated):
    assert len(parts.buckets) == 10
    assert np.ptp([g.leads for g in parts.buckets]) < 0.01 * evaluated.weight.sum()
    assert np.all(np.diff([g.expected for g in parts.buckets]) > 0)


def test_equal_readiness_is_one_bucket(evaluated):
    flat = dataclasses.replace(evaluated, readiness=np.full(len(evaluated.y), 0.19))
    (bucket,) = break_down(flat).buckets
    assert bucket.name == "19.0 %"


def test_periods_are_months_of_the_window(parts, evaluated):
    assert [g.name for g in parts.time_slices] == [f"2024-{m:02d}" for m in range(1, 13)]
    february = evaluated.as_of.view("datetime64[us]").astype("datetime64[M]") == np.datetime64(
        "2024-02"
    )
    assert parts.time_slices[1].leads == pytest.approx(evaluated.weight[february].sum())


def test_a_long_window_is_split_by_quarter_then_by_year(evaluated):
    def names(years):
        start = evaluated.as_of.min()
        longer = start + (evaluated.as_of - start) * years
        return [
            g.name for g in break_down(dataclasses.replace(evaluated, as_of=longer)).time_slices
        ]

    assert names(3)[:2] == ["2024 Q1", "2024 Q2"]
    assert names(8)[0] == "2024"


def test_a_month_without_a_lead_stands_among_the_others(evaluated):
    month = evaluated.as_of.view("datetime64[us]").astype("datetime64[M]")
    april, may = np.datetime64("2024-04", "us"), np.datetime64("2024-05", "us")
    as_of = np.where(month == april.astype(month.dtype), may.astype(np.int64), evaluated.as_of)
    parts = break_down(dataclasses.replace(evaluated, as_of=as_of))
    assert [g.name for g in parts.time_slices] == [f"2024-{m:02d}" for m in range(1, 13)]
    empty = parts.time_slices[3]
    assert (empty.leads, np.isnan(empty.observed)) == (0, True)


def test_periods_without_dates_are_fifths_in_order(undated):
    parts = break_down(undated)
    assert [g.name for g in parts.time_slices] == [f"fifth {i}" for i in range(1, 6)]
    assert parts.time_slices[0].leads == pytest.approx(undated.weight[:400].sum())
    assert parts.segments == {}


def test_segments_name_what_is_not_known(parts):
    names = {g.name for g in parts.segments["Source"]}
    assert names == {"web", "fair", "not known", "<b>&"}


def test_a_value_that_few_leads_have_is_not_named(evaluated):
    values = np.array(["web"] * len(evaluated.y), dtype=object)
    values[: MIN_LEADS // 2] = "Anna Example"
    (web, other) = break_down(dataclasses.replace(evaluated, segments={"S": values})).segments["S"]
    assert (web.name, other.name) == ("web", "other values")
