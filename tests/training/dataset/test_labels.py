"""Labels of snapshots: what is known at the end of the data, and what each one weighs."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from features.history.lead_history import LeadHistory
from features.history.snapshots import Snapshots, plan
from features.parsing.times import NAT, US_PER_DAY
from training.dataset.censoring import inverse_probability
from training.dataset.labels import label, worked

START = pd.Timestamp("2025-01-01 09:00", tz="UTC")
DAY = pd.Timedelta(days=1)


def history(rows, *, until=200.0, handoffs=None, worked=None):
    """Leads from (created, outcome, closed, recorded) in days; None where there is none."""
    ids = [f"L{i}" for i in range(len(rows))]

    def at(day):
        return pd.NaT if day is None else START + day * DAY

    leads = pd.DataFrame({"lead_id": ids, "created_at": [at(r[0]) for r in rows]})
    outcomes = pd.DataFrame(
        {
            "lead_id": ids,
            "outcome": [r[1] or "" for r in rows],
            "closed_at": [at(r[2]) for r in rows],
            "recorded_at": [at(r[3]) for r in rows],
            "worked": True if worked is None else worked,
        }
    )
    if handoffs is not None:
        handoffs = pd.DataFrame(
            {
                "lead_id": ids,
                "handed_off_at": [at(r[0]) for r in rows],
                "first_worked_at": [at(day) for day in handoffs],
            }
        )
    end = START + until * DAY
    return LeadHistory.from_tables(leads, None, None, outcomes, handoffs, until=end.isoformat())


def labelled(rows, horizon=30.0, **given):
    made = history(rows, **given)
    return label(made, plan(made, [0.0]), horizon)


def test_a_win_counts_within_the_horizon_only():
    labels = labelled([(0, "won", 30, 30), (0, "won", 30.01, 30.01), (0, "lost", 5, 5)])
    assert labels.y.tolist() == [1.0, 0.0, 0.0]


def test_an_open_lead_is_no_win_once_the_horizon_and_the_delay_have_passed():
    rows = [(0, "won", 5, 15), (160, None, None, None), (150, None, None, None)]
    labels = labelled(rows, until=195.0)
    assert labels.mature_days == pytest.approx(40.0)
    assert np.isnan(labels.y[1])
    assert labels.y[2] == 0.0
    assert (labels.weight > 0).tolist() == [True, False, True]


def test_an_outcome_counts_from_its_record_on():
    rows = [(100, "lost", 105, 120)]
    assert labelled(rows, until=119.9).weight.tolist() == [0.0]
    assert labelled(rows, until=120.0).y.tolist() == [0.0]


def test_without_a_horizon_closed_leads_count_alike():
    labels = labelled(
        [(0, "won", 150, 150), (0, "lost", 5, 5), (0, None, None, None)], horizon=None
    )
    assert labels.y[:2].tolist() == [1.0, 0.0]
    assert labels.weight.tolist() == [1.0, 1.0, 0.0]
    assert labels.mature_days == 0.0


def test_a_lead_never_worked_has_no_weight():
    labels = labelled([(0, "lost", 5, 5), (0, "lost", 5, 5)], worked=[False, True])
    assert labels.weight.tolist() == [0.0, 1.0]


def test_a_flat_lead_counts_when_it_was_worked_at_all():
    rows = [(0, "lost", 50, 50)] * 2
    assert labelled(rows, handoffs=[3, None]).weight.tolist() == [1.0, 0.0]


def test_evaluated_snapshots_are_mature_and_uncorrected():
    rows = [(0, "won", 5, 5), (0, None, None, None), (190, "won", 192, 192)]
    labels = labelled(rows)
    assert labels.evaluation_weight.tolist() == [1.0, 1.0, 0.0]
    assert labels.weight[2] > 0


def test_weights_make_open_leads_neither_lost_nor_absent():
    """The weighted share of wins is the true one, where closed leads alone predict too many."""
    rng = np.random.default_rng(0)
    n = 20_000
    created = rng.uniform(0, 180, n)
    won = rng.random(n) < 0.3
    wait = np.where(won, rng.uniform(0, 25, n), np.inf)
    closed = created + wait
    rows = [
        (c, "won", d, d) if d <= 180 else (c, None, None, None)
        for c, d in zip(created, closed, strict=True)
    ]
    labels = labelled(rows, until=180.0)
    use = labels.weight > 0
    assert np.average(labels.y[use], weights=labels.weight[use]) == pytest.approx(0.3, abs=0.012)
    assert labels.y[use].mean() > 0.31


def test_known_at_is_when_the_label_came_to_be_known():
    made = history([(10, "won", 20, 25), (10, None, None, None)])
    labels = label(made, plan(made, [0.0]), 30.0)
    days = (labels.known_at - made.created[0]) / US_PER_DAY
    assert days == pytest.approx([15.0, 35.0])


def seen(made, lead, days, planned, weight=None):
    """Snapshots of leads so many days after their creation."""
    lead, days = np.asarray(lead), np.asarray(days, dtype=float)
    as_of = made.created[lead] + np.rint(days * US_PER_DAY).astype(np.int64)
    weight = np.ones(lead.size) if weight is None else np.asarray(weight, dtype=float)
    return Snapshots(lead, as_of, as_of, np.asarray(planned, dtype=float), weight)


def firm(n=300, *, never_worked=0.2):
    """Leads over 180 days, a fifth never worked; those of a longer wait lose more often."""
    rng = np.random.default_rng(1)
    created, wait = rng.uniform(0, 180, n), rng.exponential(25, n)
    rows = [
        (c, "won" if w < 20 else "lost", c + w, c + w) if c + w <= 180 else (c, None, None, None)
        for c, w in zip(created, wait, strict=True)
    ]
    return history(rows, until=180.0, worked=rng.random(n) >= never_worked)


def joined(*parts):
    fields = [f.name for f in dataclasses.fields(Snapshots)]
    return Snapshots(*(np.concatenate([getattr(p, name) for p in parts]) for name in fields))


def test_without_a_horizon_weight_is_that_of_the_snapshot_for_those_it_stands_for():
    made = history(
        [(0, "won", 150, 155), (0, "lost", 5, 9), (0, None, None, None)],
        worked=[True, False, True],
    )
    made = dataclasses.replace(made, stands_for=np.array([2.0, 1.0, 1.0]))
    labels = label(made, seen(made, [0, 1, 2], [0, 0, 0], [0, 0, 0], [0.25, 1.0, 1.0]), None)
    assert np.array_equal(labels.y, [1.0, 0.0, np.nan], equal_nan=True)
    assert labels.weight.tolist() == labels.evaluation_weight.tolist() == [0.5, 0.0, 0.0]
    days = (labels.known_at - made.created) / US_PER_DAY
    assert days[:2] == pytest.approx([155.0, 9.0])


def test_without_any_date_a_label_is_known_in_the_order_of_the_leads():
    made = history([(0, "won", None, None), (1, "lost", None, None)])
    snapshots = dataclasses.replace(seen(made, [0, 1], [0, 0], [0, 0]), order=np.array([7, 8]))
    assert label(made, snapshots, None).known_at.tolist() == [7, 8]


@pytest.mark.parametrize(("absent", "day"), [("recorded", 10), ("closed", 15)])
def test_either_date_says_when_a_label_is_known(absent, day):
    made = history([(10, "lost", 20, 25)])
    made = dataclasses.replace(made, **{absent: np.array([NAT])})
    labels = label(made, seen(made, [0], [0], [0]), None)
    assert (labels.known_at - made.created) / US_PER_DAY == pytest.approx([day])


def test_a_label_recorded_before_its_snapshot_is_known_at_it():
    made = history([(10, "lost", 15, 8)])
    labels = label(made, seen(made, [0], [0], [0]), 30.0)
    assert labels.known_at.tolist() == made.created.tolist()


def test_a_lead_never_worked_has_no_label_and_evaluates_nothing():
    labels = labelled([(0, "lost", 5, 5), (0, "won", 5, 5)], worked=[False, False])
    assert np.isnan(labels.y).all()
    assert labels.evaluation_weight.tolist() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("has_clock", "after", "y"), [(True, 0, 0), (True, 1, 1), (False, 0, 1), (False, -1, 0)]
)
def test_a_win_comes_after_the_snapshot_or_on_its_day(has_clock, after, y):
    made = history([(10, "won", 12, 12)])
    made = dataclasses.replace(made, has_clock=has_clock)
    as_of = made.closed - after
    snapshots = Snapshots(np.array([0]), as_of, as_of, np.array([2.0]), np.ones(1))
    assert label(made, snapshots, 30.0).y.tolist() == [y]


def test_a_win_after_the_horizon_is_none_however_late_outcomes_are_recorded():
    labels = labelled([(0, "won", 5, 15), (0, "won", 35, 36)])
    assert labels.mature_days > 36
    assert labels.y.tolist() == [1.0, 0.0]


def test_a_snapshot_is_mature_from_the_horizon_on_and_not_before_the_delay():
    exact = labelled([(170, None, None, None)])
    assert exact.evaluation_weight.tolist() == [1.0]
    assert exact.mature_days == 30.0
    late = labelled([(0, "won", 5, 15), (165, None, None, None)])
    assert late.evaluation_weight.tolist() == [1.0, 0.0]


@pytest.mark.parametrize(
    "rows",
    [
        [(0, "lost", 5, 5)],
        [(0, "lost", 5, 3)],
        [(0, "lost", None, None), (0, "lost", None, 5)],
        [(0, None, None, None)],
    ],
    ids=["none", "negative", "one date only", "open"],
)
def test_without_a_delay_a_snapshot_is_mature_at_the_horizon(rows):
    assert labelled(rows).mature_days == 30.0


def test_the_delay_is_that_of_the_leads_with_both_dates():
    made = history([(0, "lost", 5, 15), *[(0, "lost", 5, 5)] * 3])
    made = dataclasses.replace(made, recorded=np.where(np.arange(4) > 0, NAT, made.recorded))
    assert label(made, plan(made, [0.0]), 30.0).mature_days == pytest.approx(40.0)


def test_the_weight_is_that_of_the_snapshot_by_both_probabilities():
    """Of being observed, estimated with the weights of the snapshots, and of the handoff."""
    made = firm(never_worked=0.0)
    n, rng = len(made), np.random.default_rng(2)
    made = dataclasses.replace(made, stands_for=rng.choice([1.0, 2.5, 10.0, 100.0], n))
    weight = 0.25 + (made.created > np.median(made.created))
    labels = label(made, seen(made, np.arange(n), np.zeros(n), np.zeros(n), weight), 30.0)
    watched = (made.until - made.created) / US_PER_DAY
    wait = np.where(made.won | made.lost, (made.closed - made.created) / US_PER_DAY, np.inf)
    wait = np.minimum(wait, 30.0)
    observed = inverse_probability(np.minimum(wait, watched), wait > watched, weight)
    each = weight * made.stands_for
    assert labels.weight == pytest.approx(observed * each)
    assert labels.evaluation_weight == pytest.approx(np.where(watched >= 30, each, 0.0))


def test_leads_never_worked_change_no_weight_of_the_others():
    made = firm()
    kept = np.flatnonzero(~made.unworked)
    n, m = len(made), kept.size
    everyone = label(made, seen(made, np.arange(n), np.zeros(n), np.zeros(n)), 30.0)
    alone = label(made, seen(made, kept, np.zeros(m), np.zeros(m)), 30.0)
    assert 0 < m < n
    assert everyone.weight[kept] == pytest.approx(alone.weight)


def test_ages_and_first_work_are_weighed_apart():
    """A snapshot without a planned age, at first work, goes with those of like age and kind."""
    made = firm()
    n = len(made)
    lead = np.arange(n)

    def at(days, planned):
        return seen(made, lead, np.full(n, days), np.full(n, planned))

    groups = [
        at(0, 0.0),
        at(60, 60.0),
        at(30, np.nan),
        joined(at(60, np.nan), at(70, np.nan)),
    ]
    together = label(made, joined(*groups), 30.0).weight
    each = np.concatenate([label(made, group, 30.0).weight for group in groups])
    assert together == pytest.approx(each)
    pooled = label(made, joined(at(0, 0.0), at(60, 0.0)), 30.0).weight
    assert not np.allclose(pooled, together[: 2 * n])


def test_a_lead_counts_from_its_first_work_on():
    visits = pd.DataFrame({"lead_id": ["L0"], "type": "visit", "occurred_at": [START]})
    rows = history([(0, "lost", 50, 50), (0, "lost", 50, 50)], handoffs=[3, None])
    leads = pd.DataFrame({"lead_id": ["L0", "L1"], "created_at": [START] * 2})
    made = dataclasses.replace(rows, activities=LeadHistory.from_tables(leads, visits).activities)
    assert not made.flat
    snapshots = seen(made, [0, 0, 0, 1], [2, 3, 4, 4], [2, 3, 4, 4])
    assert worked(made, snapshots).tolist() == [False, True, True, False]
