"""The leads that come in."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from features.tables import load_tables
from leadgate.config import PolicySettings
from leadgate.policy import US_PER_WEEK, Policy, rules_of
from tests.training.exports import config_of, flat_leads
from training.packaging import arrivals
from training.packaging.arrivals import (
    arriving,
    capacity_share,
    days_of_the_week,
    leads_per_week,
    snapshots_at_the_gate,
)


@pytest.fixture
def config(tmp_path):
    return config_of(tmp_path, flat_leads(1460), policy={"capacity_per_week": 7})


def test_leads_per_week_are_those_of_the_last_quarter(config):
    assert leads_per_week(load_tables(config).history()) == pytest.approx(28.0, rel=0.2)


def test_capacity_is_a_share_of_the_leads_that_come_in(config):
    history = load_tables(config).history()
    assert capacity_share(config, history) == pytest.approx(7 / leads_per_week(history))
    more = config.model_copy(
        update={"policy": config.policy.model_copy(update={"capacity_per_week": 1e6})}
    )
    assert capacity_share(more, history) == 1.0


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"capacity_per_week": 7},
        {"capacity_per_week": 1e6},
        {"capacity_per_week": 7, "cost_per_handoff": 40, "value_per_win": 400},
        {"people": [{"name": "north", "capacity_per_week": 5}]},
    ],
    ids=["nothing known", "a capacity", "more than come in", "costs too", "people"],
)
def test_the_report_judges_the_share_that_the_policy_takes(config, given):
    history, settings = load_tables(config).history(), PolicySettings.model_validate(given)
    config = config.model_copy(update={"policy": settings})
    policy = Policy.learn([0.1, 0.9], base_rate=0.5, leads_per_week=leads_per_week(history))
    taken = policy.with_settings(settings).capacity_share
    assert capacity_share(config, history) == taken


def test_without_a_capacity_it_is_half(tmp_path):
    config = config_of(tmp_path, flat_leads(100))
    assert capacity_share(config, load_tables(config).history()) == 0.5


def test_without_dates_nothing_comes_in_per_week(tmp_path):
    leads = flat_leads(100).drop(columns=["Created", "Closed"])
    config = config_of(
        tmp_path,
        leads,
        columns={"created_at": None, "closed_at": None, "order": "row"},
        policy={"capacity_per_week": 3},
    )
    history = load_tables(config).history()
    assert leads_per_week(history) is None
    assert capacity_share(config, history) == 0.5
    assert len(snapshots_at_the_gate(history, [0.0])) == 100


def test_the_gate_sees_recent_leads_that_nobody_works_yet(config):
    history = load_tables(config).history()
    worked = np.where(np.arange(len(history)) % 2, history.created - 1, NAT)
    history = dataclasses.replace(history, has_handoffs=True, first_worked=worked)
    at = snapshots_at_the_gate(history, [0.0])
    assert (worked[at.lead] == NAT).all()
    assert 0 < len(at) < len(history) / 2


def test_of_very_many_leads_the_gate_sees_an_even_sample(config, monkeypatch):
    history = load_tables(config).history()
    every = snapshots_at_the_gate(history, [0.0])
    most = len(every) // 2
    monkeypatch.setattr(arrivals, "MAX_SNAPSHOTS", most)
    some = snapshots_at_the_gate(history, [0.0]).lead
    assert some.size == most
    gaps = np.diff(np.searchsorted(every.lead, some))
    assert 1 <= gaps.min() <= gaps.max() <= 4


def test_leads_on_which_a_rule_decides_do_not_come_in(config):
    history = load_tables(config).history()
    given = {"rules": {"student": {"column": "Source", "values": ["web"]}}}
    rules = rules_of(PolicySettings.model_validate(given))
    newest = history.created > history.created.max() - 13 * US_PER_WEEK
    free = newest & (history.columns["Source"] != "web")
    assert leads_per_week(history, rules) == pytest.approx(free.sum() / 13)
    fitted = SimpleNamespace(feature_set=SimpleNamespace(matrix=lambda _, lead, __: lead))
    every, kept = (arriving(fitted, history, [0.0], r) for r in ((), rules))
    assert kept.tolist() == every[history.columns["Source"][every] != "web"].tolist()


def test_the_days_of_the_week_are_those_of_the_zone():
    late = pd.to_datetime(["2026-01-05T23:30Z", "2026-01-06T12:00Z", "2026-01-11T23:30Z"])
    leads = pd.DataFrame({"lead_id": ["a", "b", "c"], "created_at": late})
    history = LeadHistory.from_tables(leads)
    third = 1 / 3
    assert days_of_the_week(history) == pytest.approx((third, third, 0, 0, 0, 0, third))
    berlin = days_of_the_week(history, "Europe/Berlin")
    assert berlin == pytest.approx((third, 2 * third, 0, 0, 0, 0, 0))
