"""Every lead is in exactly one state, and the states add up to all leads."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.alignment.lead_states import lead_states
from features import LeadHistory
from features.parsing.times import NAT
from tests.experiments.alignment.conftest import nobody, one_of_each, states_of

DAYS = st.sampled_from(["", "2025-01-01", "2025-01-10", "2025-02-01", "2025-06-01"])
LEADS = st.lists(
    st.fixed_dictionaries(
        {
            "outcome": st.sampled_from(["", "won", "lost"]),
            "worked": st.sampled_from(["", "false"]),
            "handed_off_at": DAYS,
            "first_worked_at": DAYS,
            "visited": DAYS,
            "account_id": st.sampled_from(["", "a", "b"]),
            "abandoned": st.booleans(),
            "accepted": st.booleans(),
        }
    ),
    min_size=1,
    max_size=30,
)


def history_of(leads):
    rows = pd.DataFrame(leads)
    rows["lead_id"] = [str(k) for k in range(len(rows))]
    rows["created_at"] = "2025-01-01"
    return LeadHistory.from_tables(
        rows[["lead_id", "created_at", "account_id"]],
        rows.assign(occurred_at=rows["visited"], type="visit")[rows["visited"] != ""],
        outcomes=rows[["lead_id", "outcome", "worked"]].assign(closed_at="2025-03-01"),
        handoffs=rows[rows["handed_off_at"] != ""],
        until="2025-06-30",
    )


@settings(max_examples=30)
@given(LEADS)
def test_states_add_up_to_all_leads(leads):
    history = history_of(leads)
    abandoned = np.array([lead["abandoned"] for lead in leads])
    accepted = np.array([lead["accepted"] for lead in leads])
    order = np.argsort([str(k) for k in range(len(leads))])
    states = lead_states(history, abandoned[order], accepted[order], 14)
    keys = [state.key for state in states.possible]
    counts = {key: int(states.is_in(key).sum()) for key in keys}
    assert sum(counts.values()) == len(leads)
    assert (states.code >= 0).all()
    assert min(counts.values()) > 0
    won = states.is_in("accepted", "won", "won_unworked")
    lost = states.is_in("lost", "abandoned", "lost_unworked")
    assert (won == history.won).all()
    assert (lost == history.lost).all()
    assert not (states.is_in("waiting", "ignored", "kept") & states.worked).any()
    assert (states.handed_off | ~states.worked).all()
    everyone = np.ones(len(leads), dtype=bool)
    shares = states.accounts.shares([states.is_in(key) for key in keys], everyone)
    assert sum(share.count for share in shares) == len(leads)
    assert abs(sum(share.value for share in shares) - 1) < 1e-12


def test_each_outcome_has_its_state():
    history = one_of_each()
    given_up, accepted = nobody(history), nobody(history)
    given_up[3] = accepted[0] = True
    states = lead_states(history, given_up, accepted, 14)
    assert [states.possible[code].key for code in states.code] == [
        "accepted", "won_unworked", "lost", "abandoned", "lost_unworked", "in_work", "silent",
        "waiting", "ignored", "kept",
    ]  # fmt: skip
    assert states.knows_work
    assert states.handed_off.sum() == 9


def test_wait_is_counted_from_the_handoff_to_the_first_contact():
    states = states_of(one_of_each())
    assert states.wait_days[[0, 2]].tolist() == [1.0, 2.0]
    assert np.isnan(states.wait_days[[1, 9]]).all()


def test_export_without_handoffs_sends_every_lead_on_creation():
    leads = pd.DataFrame({"lead_id": ["a", "b", "c"], "created_at": "2025-01-01"})
    outcomes = pd.DataFrame(
        {"lead_id": ["a", "b"], "outcome": ["won", ""], "worked": ["", "false"]}
    )
    states = states_of(LeadHistory.from_tables(leads, outcomes=outcomes, until="2025-06-01"))
    assert states.handed_off.all()
    assert (states.handed_off_at == states.history.created).all()
    assert (states.worked_at == NAT).all()
    assert [states.possible[code].key for code in states.code] == ["won", "ignored", "in_work"]


def test_who_was_worked_is_not_made_up():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": "2025-01-01"})
    outcomes = pd.DataFrame({"lead_id": ["a"], "outcome": ["won"]})
    states = states_of(LeadHistory.from_tables(leads, outcomes=outcomes))
    assert not states.knows_work
    assert [state.name for state in states.possible] == ["won", "open"]


US = pd.Timedelta(microseconds=1)
END = pd.Timestamp("2025-03-31", tz="UTC")


def single(outcome="", handed_off=None, worked=None, visit=None, created="2025-01-01"):
    """The state of a lead beside a worked one that was lost; the data end on 31 March 2025."""
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": [created, "2025-01-01"]})
    outcomes = pd.DataFrame({"lead_id": ["a", "b"], "outcome": [outcome, "lost"]})
    handoffs = pd.DataFrame(
        {
            "lead_id": ["a", "b"],
            "handed_off_at": [handed_off, END - pd.Timedelta(days=60)],
            "first_worked_at": [worked, END - pd.Timedelta(days=59)],
        }
    )
    visits = pd.DataFrame({"lead_id": ["a"], "occurred_at": [visit], "type": "visit"})
    history = LeadHistory.from_tables(
        leads,
        visits if visit is not None else None,
        outcomes=outcomes.assign(closed_at="2025-03-01")[outcomes["outcome"] != ""],
        handoffs=handoffs[handoffs["handed_off_at"].notna()],
        until=END,
    )
    return states_of(history)


def key_of(states):
    return states.possible[states.code[0]].key


def test_a_lead_is_ignored_once_it_has_waited_longer_than_the_patience():
    limit = END - pd.Timedelta(days=14)
    assert key_of(single(handed_off=limit)) == "waiting"
    assert key_of(single(handed_off=limit - US)) == "ignored"


def test_a_lead_is_stalled_once_nothing_happened_for_longer_than_the_patience():
    early, limit = END - pd.Timedelta(days=80), END - pd.Timedelta(days=14)
    # An activity is known from the microsecond after it.
    assert key_of(single(handed_off=early, worked=early, visit=limit - US)) == "in_work"
    assert key_of(single(handed_off=early, worked=early, visit=limit - 2 * US)) == "silent"
    recent = single(handed_off=early, worked=limit, visit=early)
    assert key_of(recent) == "in_work", "the first contact is something that happened"


def test_a_lead_without_a_handoff_is_still_with_marketing():
    states = single()
    assert key_of(states) == "kept"
    assert states.handed_off.tolist() == [False, True]
    assert states.handed_off_at[0] == NAT


def test_a_handoff_is_never_before_the_creation_and_a_wait_never_below_zero():
    created = END - pd.Timedelta(days=5)
    early = created - pd.Timedelta(days=2)
    states = single(handed_off=early, worked=early, created=created)
    assert states.handed_off_at[0] == states.history.created[0]
    assert states.wait_days.tolist() == [0.0, 1.0]


def test_states_are_looked_up_by_their_keys():
    states = states_of(one_of_each())
    assert states.is_in("won", "lost").sum() == 3
    assert states.is_in("no such state").sum() == 0
    assert states.marked(np.array([2, 5])).nonzero()[0].tolist() == [2, 5]
