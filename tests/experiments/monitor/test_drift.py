"""Who is compared with whom, and which columns move the score."""

import numpy as np
import pandas as pd
import pytest

from experiments.monitor.drift import SHOWN, Drift, Effect, drift, effects, entries
from experiments.monitor.separation import Separation
from features import LeadHistory
from features.parsing.times import NAT, timestamps
from tests.experiments.monitor.test_matured import DAY, START


def history(days, *, visits=False):
    ids = [f"{k:03d}" for k in range(len(days))]
    created = START + np.round(np.asarray(days) * DAY).astype(np.int64)
    leads = pd.DataFrame({"lead_id": ids, "created_at": timestamps(created)})
    activities = None
    if visits:
        activities = pd.DataFrame(
            {"lead_id": ids, "occurred_at": timestamps(created), "type": "visit"}
        )
    until = pd.Timestamp("2026-01-01", tz="UTC") + pd.Timedelta(days=400)
    return LeadHistory.from_tables(leads, activities=activities, until=until.isoformat())


def test_flat_leads_come_in_when_they_are_created():
    at = entries(history([1, 2, 3]), START + DAY, START + 2 * DAY)
    assert (at.as_of - START).tolist() == [2 * DAY]


def test_leads_with_activities_are_seen_after_a_week():
    at = entries(history([1, 2, 3], visits=True), START + 8 * DAY, START + 9 * DAY)
    assert (at.as_of - START).tolist() == [9 * DAY]


def test_nothing_is_compared_before_a_period_is_over():
    past = history([1, 300])
    assert drift(None, past, START + 371 * DAY) is None
    assert drift(None, past, NAT) is None


def test_effects_add_up_to_what_the_mean_log_odds_moved():
    rng = np.random.default_rng(0)
    contributions, now = rng.normal(size=(50, 3)), np.arange(50) % 3 == 0
    moved = effects(["a", "b", "c"], contributions, now)
    total = contributions.sum(axis=1)
    assert sum(c.effect for c in moved) == pytest.approx(total[now].mean() - total[~now].mean())
    assert [abs(c.effect) for c in moved] == sorted((abs(c.effect) for c in moved), reverse=True)
    same = effects(["b", "a"], np.zeros((4, 2)), np.array([True, False, True, False]))
    assert [c.name for c in same] == ["a", "b"]


def test_drift_alarms_by_its_separation_and_lists_few_columns():
    columns = [Effect(str(k), float(-k)) for k in range(SHOWN + 5)]
    sure = Separation(0.8, 0.7, 0.9, 0.6)
    moved = Drift(40, 50, 2, sure, 0.2, 0.3, columns)
    assert moved.alarming
    assert moved.to_dict()["separation"] == {
        "value": 0.8, "low": 0.7, "high": 0.9, "bound": 0.6, "alarm": True,
    }  # fmt: skip
    assert len(moved.to_dict()["columns"]) == SHOWN
    few = Drift(40, 50, 2, None, 0.2, 0.3, columns)
    assert not few.alarming
    assert few.to_dict()["separation"] is None
