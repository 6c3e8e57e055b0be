"""Leads that are ready now: those that the gate hands off, uncontacted and open."""

import dataclasses

import numpy as np
import pytest

from experiments.alignment.ready import decide_now, ready_leads
from experiments.alignment.view import Seen, view_of
from leadgate.policy import Policy
from tests.experiments.alignment.conftest import one_of_each, states_of

POLICY = dataclasses.replace(
    Policy.learn(np.linspace(0.0, 1.0, 101), base_rate=0.3),
    value_per_win=1000.0,
    capacity_per_week=1.0,
    leads_per_week=2.0,
)


@pytest.fixture
def view(flat):
    """The flat export's view with three leads now: one on the line, one above, one below."""
    _config, learned = flat
    states = states_of(one_of_each())
    line = POLICY.threshold
    seen = Seen(np.array([7, 8, 9]), np.array([line, line + 0.2, np.nextafter(line, 0)]))
    return dataclasses.replace(view_of(learned, states_of(learned.history)), now=seen), states


def ready(view, policy):
    return ready_leads(decide_now(*view, policy), *view, policy)


def test_ready_is_what_the_policy_hands_off_best_first(view):
    leads = ready(view, POLICY)
    assert leads.lead.tolist() == [8, 7]
    assert (leads.waiting.count, leads.waiting.of) == (2, 3)
    assert leads.money == pytest.approx(1000 * (2 * POLICY.threshold + 0.2))


def test_nobody_is_called_for_a_draw(view):
    curious = dataclasses.replace(POLICY, explore=0.2)
    view[0].now.readiness[:] = curious.threshold - 0.05
    assert ready(view, curious).lead.size == 0


def test_without_a_value_there_is_no_money_and_the_readiness_ranks(view):
    leads = ready(view, dataclasses.replace(POLICY, value_per_win=None))
    assert leads.lead.tolist() == [8, 7]
    assert leads.money is None


def test_the_list_names_a_lead_by_its_id_and_days_alone(view):
    frame = ready(view, POLICY).frame(view[1])
    assert frame.columns.tolist() == [
        "lead_id", "readiness", "expected_value", "days_since_created", "days_since_handoff",
        "person",
    ]  # fmt: skip
    assert frame["lead_id"].tolist() == ["8", "7"]
    assert frame["days_since_handoff"].tolist() == [88, 3]


def test_ready_leads_of_a_training_are_open_and_uncontacted(simulated):
    _config, learned = simulated
    states = states_of(learned.history)
    view = view_of(learned, states)
    leads = ready_leads(decide_now(view, states, learned.policy), view, states, learned.policy)
    history = learned.history
    assert leads.lead.size > 0
    assert not (history.won | history.lost | states.worked)[leads.lead].any()
    assert leads.by_uplift
