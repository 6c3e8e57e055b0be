"""Labels of snapshots: what is known at the end of the data, and what each one weighs."""

import numpy as np
import pandas as pd
import pytest

from features.history.lead_history import LeadHistory
from features.history.snapshots import plan
from features.parsing.times import US_PER_DAY
from training.dataset.labels import label

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


def test_judged_snapshots_are_mature_and_uncorrected():
    rows = [(0, "won", 5, 5), (0, None, None, None), (190, "won", 192, 192)]
    labels = labelled(rows)
    assert labels.evaluation_weight.tolist() == [1.0, 1.0, 0.0]
    assert labels.weight[2] > 0


def test_weights_make_open_leads_neither_lost_nor_absent():
    """The weighted share of wins is the true one, where closed leads alone promise too much."""
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
