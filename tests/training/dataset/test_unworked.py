"""The other arm: leads left to marketing, censored at their first work."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from features.history.lead_history import LeadHistory
from features.history.snapshots import plan_unworked
from features.parsing.times import US_PER_DAY
from training.dataset.labels import label_unworked
from training.dataset.overlap import NO_OVERLAP, Overlap
from training.dataset.unworked import FLAT, NOT_KNOWN, unworked_arm

START = pd.Timestamp("2025-01-01 09:00", tz="UTC")
DAY = pd.Timedelta(days=1)


def at(day):
    return pd.NaT if day is None else START + day * DAY


def history(rows, *, until=200.0, activities=True):
    """Leads created on day 0 from (outcome, closed, first worked) in days."""
    ids = [f"L{i}" for i in range(len(rows))]
    leads = pd.DataFrame({"lead_id": ids, "created_at": START})
    outcomes = pd.DataFrame(
        {
            "lead_id": ids,
            "outcome": [r[0] or "" for r in rows],
            "closed_at": [at(r[1]) for r in rows],
        }
    )
    handoffs = pd.DataFrame(
        {"lead_id": ids, "handed_off_at": START, "first_worked_at": [at(r[2]) for r in rows]}
    )
    touches = pd.DataFrame({"lead_id": ids[:1], "type": "visit", "occurred_at": START + DAY})
    given = touches if activities else None
    return LeadHistory.from_tables(leads, given, None, outcomes, handoffs, until=at(until))


def never(lead, begin, end):
    """Sales works nobody, so nobody stands for a lead that it took away."""
    return np.ones(lead.size)


def labelled(rows, horizon=30.0, chance=never, **given):
    made = history(rows, **given)
    snapshots = plan_unworked(made, [0.0])
    return label_unworked(made, snapshots, horizon, chance)


def test_a_win_counts_while_nobody_has_worked_the_lead():
    labels = labelled([("won", 20, None), ("won", 20, 25), ("won", 40, None), ("lost", 5, None)])
    assert labels.y.tolist() == [1.0, 1.0, 0.0, 0.0]
    assert (labels.weight > 0).all()


def test_the_first_work_before_the_outcome_censors():
    labels = labelled([("won", 20, 10), (None, None, 10), (None, None, 31), ("lost", 5, 5)])
    assert np.isnan(labels.y).tolist() == [True, True, False, True]
    assert labels.weight.tolist() == [0.0, 0.0, 1.0, 0.0]


def test_the_horizon_is_the_last_day_on_which_work_censors():
    labels = labelled([(None, None, 30), (None, None, 30.001)])
    assert np.isnan(labels.y).tolist() == [True, False]


def test_a_label_weighs_for_those_that_sales_took_away():
    asked = []

    def half(lead, begin, end):
        asked.append((end - begin) / US_PER_DAY)
        return np.full(lead.size, 0.5)

    labels = labelled([("won", 20, None), (None, None, None), (None, None, 10)], chance=half)
    assert labels.weight.tolist() == [2.0, 2.0, 0.0]
    assert asked[0].tolist() == [20.0, 30.0]


def test_no_label_weighs_more_than_twenty_leads():
    labels = labelled([("won", 20, None)], chance=lambda lead, begin, end: np.full(lead.size, 1e-3))
    assert labels.weight.tolist() == [20.0]


def test_leads_are_seen_before_their_first_work_only_and_twice_at_most():
    made = history([(None, None, 20), (None, None, None), ("lost", 8, None)])
    planned = plan_unworked(made, [0, 7, 14, 30, 60])
    ages = [planned.age_days[planned.lead == lead] for lead in range(3)]
    assert [len(seen) for seen in ages] == [2, 2, 2]
    assert max(ages[0]) < 20
    assert max(ages[2]) < 8
    # What is left of a lead's five snapshots keeps its weight; two stand for all of these.
    weight = [planned.weight[planned.lead == lead].sum() for lead in range(3)]
    assert weight == pytest.approx([3 / 5, 1.0, 2 / 5])


def test_every_age_is_drawn_alike():
    rows = [(None, None, None)] * 3000
    planned = plan_unworked(history(rows), [0, 7, 14, 30, 60])
    _, counts = np.unique(planned.age_days, return_counts=True)
    assert (np.abs(counts / 1200 - 1) < 0.1).all()


def test_without_handoffs_there_is_no_other_arm():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": START})
    arm = unworked_arm(LeadHistory.from_tables(leads), [0.0], 30.0, ())
    assert (arm.refused, len(arm.snapshots)) == (NOT_KNOWN, 0)


def test_leads_seen_at_their_creation_alone_have_no_other_arm():
    arm = unworked_arm(history([("won", 20, 5)] * 3, activities=False), [0.0], 30.0, ())
    assert arm.refused == FLAT


@pytest.mark.parametrize(
    ("overlap", "why"),
    [
        (Overlap(0.0, 50.0, 10, 10), ""),
        (Overlap(0.30, 50.0, 10, 10), ""),
        (Overlap(0.31, 50.0, 10, 10), "31% of the leads were nearly sure"),
        (Overlap(0.0, 49.0, 10, 10), "count for 49 even ones"),
        (Overlap(0.0, 50.0, 9, 10), "9 are known to have won"),
        (NO_OVERLAP, "0 are known to have won"),
    ],
)
def test_arms_that_do_not_overlap_are_refused(overlap, why):
    assert why in overlap.refused
    assert bool(overlap.refused) == bool(why)


def test_a_lead_that_a_gate_held_back_weighs_by_what_it_drew_by():
    made = history([(None, None, None), (None, None, None)])
    made = replace(made, held_back=np.array([0.8, np.nan]))
    snapshots = plan_unworked(made, [0.0])
    labels = label_unworked(made, snapshots, 30.0, lambda lead, begin, end: np.full(lead.size, 0.5))
    assert labels.weight.tolist() == [1.25, 2.0]
