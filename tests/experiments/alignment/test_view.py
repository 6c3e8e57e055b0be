"""How ready leads were at each moment, by readiness that is given."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.alignment.bar import Bar
from experiments.alignment.journey import journey
from experiments.alignment.touches import touches
from experiments.alignment.view import Seen, View, view_of
from features import LeadHistory
from features.parsing.times import NAT, US_PER_DAY
from leadgate.policy import Bands
from tests.experiments.alignment.conftest import one_of_each, states_of
from training.promotion.verdict import NO_SIGNAL

BANDS = Bands((0.1, 0.2, 0.3), (0.2, 0.5))
BAR = Bar(break_even=0.15, base_rate=0.2)  # half the odds: 0.11
NOBODY = Seen(np.empty(0, dtype=np.int64), np.empty(0))


def seen(**readiness):
    """Leads by id with a readiness each: ``seen(l3=0.5)``."""
    lead = [int(name[1:]) for name in readiness]
    return Seen(np.array(lead, dtype=np.int64), np.array([*readiness.values()]))


def view(handoff=NOBODY, contact=NOBODY, now=NOBODY, since=7):
    return View(BANDS, BAR, since, None, handoff, contact, now)


def counts_of(moment):
    return [share.count for share in moment.stages.values()]


def test_stages_of_each_moment_are_those_of_the_bands():
    states = states_of(one_of_each())
    handoff = seen(l0=0.0, l1=0.15, l2=0.2, l3=0.49, l4=0.1, l5=0.5)
    held = journey(view(handoff, seen(l0=0.9, l2=0.3), seen(l7=0.6)), states)
    assert [moment.name for moment in held.moments] == [
        "when handed off", "at first contact", "waiting now",
    ]  # fmt: skip
    assert [counts_of(moment) for moment in held.moments] == [[3, 2, 1], [0, 1, 1], [0, 0, 1]]
    assert [moment.leads for moment in held.moments] == [6, 2, 1]
    assert (held.since, held.consideration, held.purchase) == (7, 0.2, 0.5)
    assert (held.nowhere_near.count, held.nowhere_near.of) == (2, 6)


def test_a_moment_without_leads_is_left_out_and_without_handoffs_all_are():
    states = states_of(one_of_each())
    held = journey(view(seen(l0=0.1), NOBODY, seen(l7=0.6)), states)
    assert [moment.name for moment in held.moments] == ["when handed off", "waiting now"]
    assert journey(view(NOBODY, seen(l0=0.1)), states) is None
    assert journey(None, states) is None


class Instants:
    """A fit whose readiness is the day of the question, a hundredth for each."""

    def __init__(self, start) -> None:
        self.start = start
        self.feature_set = self.model = self
        self.unworked = None

    def matrix(self, _history, _lead, as_of):
        return ((as_of - self.start) / US_PER_DAY / 100)[:, None]

    def readiness(self, X):
        return X[:, 0]


def learned_of(states, since, **changes):
    windows = [SimpleNamespace(start=0), SimpleNamespace(start=since)]
    evaluation = SimpleNamespace(windows=windows, base_rate=0.2)
    fit = Instants(states.history.created[0])
    trained = {"verdict": "ship", "evaluated": fit, "shipped": fit, "evaluation": evaluation}
    policy = SimpleNamespace(bands=BANDS, break_even=lambda: 0.0)
    return SimpleNamespace(**(trained | changes), policy=policy)


def test_a_model_is_asked_about_moments_from_its_window_on():
    states = states_of(one_of_each())
    created = states.history.created[0]
    from_first_contact = view_of(learned_of(states, created + 2 * US_PER_DAY), states)
    # Handed off on 28 March, 86 days after the creation; the others on the second day.
    assert from_first_contact.handoff.lead.tolist() == [7]
    assert from_first_contact.handoff.readiness == pytest.approx([0.86])
    # First worked on 3, 4, 4 January, 30 March and 6 January: all from the third day on.
    assert from_first_contact.contact.lead.tolist() == [0, 2, 3, 5, 6]
    assert from_first_contact.contact.readiness == pytest.approx([0.02, 0.03, 0.03, 0.88, 0.05])
    later = view_of(learned_of(states, created + 2 * US_PER_DAY + 1), states)
    assert later.contact.lead.tolist() == [2, 3, 5, 6]
    # Open and never worked, at the end of the data.
    assert later.now.lead.tolist() == [7, 8, 9]
    days = (states.history.until - created) / US_PER_DAY
    assert later.now.readiness == pytest.approx([days / 100] * 3)
    assert (later.since, later.bands) == (created + 2 * US_PER_DAY + 1, BANDS)


@pytest.mark.parametrize(
    "changes", [{"verdict": NO_SIGNAL}, {"evaluated": None}, {"evaluation": None}]
)
def test_without_signal_or_evaluation_there_is_no_view(changes):
    states = states_of(one_of_each())
    assert view_of(learned_of(states, 0, **changes), states) is None


def test_where_work_is_not_known_every_open_lead_waits_and_is_seen_at_its_creation():
    leads = pd.DataFrame({"lead_id": ["a", "b", "c"], "created_at": "2025-01-01"})
    leads.loc[2, "created_at"] = "2025-01-11"
    outcomes = pd.DataFrame({"lead_id": ["a"], "outcome": ["won"], "closed_at": "2025-02-01"})
    states = states_of(LeadHistory.from_tables(leads, outcomes=outcomes, until="2025-06-01"))
    held = view_of(learned_of(states, int(states.history.created[2])), states)
    assert held.now.lead.tolist() == [1, 2]
    assert held.now.readiness == pytest.approx([0.0, 0.1])
    assert held.handoff.lead.tolist() == [2]
    assert held.contact.lead.size == 0


def test_undated_leads_are_seen_from_the_window_on_in_their_order():
    leads = pd.DataFrame({"lead_id": ["a", "b", "c"]})
    outcomes = pd.DataFrame({"lead_id": ["a", "b"], "outcome": ["won", "lost"]})
    states = states_of(LeadHistory.from_tables(leads, outcomes=outcomes))
    assert (states.history.created == NAT).all()
    since = int(states.history.order[1])
    held = view_of(learned_of(states, since), states)
    assert held.handoff.lead.tolist() == np.flatnonzero(states.history.order >= since).tolist()


DAY = pd.Timedelta(days=1)
START = pd.Timestamp("2025-01-01", tz="UTC")


def staged(days, won, since, until=200):
    """Touches of leads 0, 1, … that did a demo on these days; the readiness is that of the day."""
    ids = [f"{k:03d}" for k in range(len(days))]
    leads = pd.DataFrame({"lead_id": ids, "created_at": START})
    acts = pd.DataFrame({"lead_id": ids, "occurred_at": START, "type": "demo"})
    acts["occurred_at"] = [START + day * DAY for day in days]
    outcomes = leads[["lead_id"]].assign(outcome=np.where(won, "won", "lost"))
    outcomes["closed_at"] = START + 150 * DAY
    end = START + until * DAY
    states = states_of(LeadHistory.from_tables(leads, acts, outcomes=outcomes, until=end))
    model = Instants(states.history.created[0])
    model_view = replace(view(since=int(model.start) + since * US_PER_DAY), earlier=model)
    return touches(states, model_view, horizon_days=None, sales_types=[])["activities"]


def test_stages_are_those_just_before_the_activity_from_the_window_on():
    days = [5, 10, 19, 20, 49, 50, 60]
    demo = staged(days, [True, True, False, True, False, True, True], since=10).kinds[0]
    stages = {title: (share.count, share.of) for title, share in demo.stages.items()}
    assert stages == {"interest": (1, 2), "consideration": (1, 2), "purchase": (2, 2)}
    assert (demo.won.count, demo.won.of) == (5, 7)


def test_a_stage_that_no_lead_was_in_is_left_out():
    assert set(staged([30, 40], [True, False], since=0).kinds[0].stages) == {"consideration"}
