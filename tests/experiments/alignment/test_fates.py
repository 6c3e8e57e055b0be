"""Every lead is in exactly one state, and the states add up to all leads."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.alignment.fates import fates
from features import LeadHistory
from features.parsing.times import NAT
from tests.experiments.alignment.conftest import fates_of, nobody, one_of_each

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
    found = fates(history, abandoned[order], accepted[order], 14)
    keys = [state.key for state in found.states]
    counts = {key: int(found.is_in(key).sum()) for key in keys}
    assert sum(counts.values()) == len(leads)
    assert (found.state >= 0).all()
    assert min(counts.values()) > 0
    won = found.is_in("accepted", "won", "won_unworked")
    lost = found.is_in("lost", "abandoned", "lost_unworked")
    assert (won == history.won).all()
    assert (lost == history.lost).all()
    assert not (found.is_in("waiting", "ignored", "kept") & found.worked).any()
    assert (found.sent | ~found.worked).all()
    shares = found.bootstrap.shares(
        [found.is_in(key) for key in keys], [np.ones(len(leads), dtype=bool)] * len(keys)
    )
    assert sum(share.count for share in shares) == len(leads)
    assert abs(sum(share.value for share in shares) - 1) < 1e-12


def test_each_fate_has_its_state():
    history = one_of_each()
    given_up, accepted = nobody(history), nobody(history)
    given_up[3] = accepted[0] = True
    found = fates(history, given_up, accepted, 14)
    assert [found.states[code].key for code in found.state] == [
        "accepted", "won_unworked", "lost", "abandoned", "lost_unworked", "in_work", "silent",
        "waiting", "ignored", "kept",
    ]  # fmt: skip
    assert found.knows_work
    assert found.sent.sum() == 9


def test_wait_is_counted_from_the_handoff_to_the_first_contact():
    found = fates_of(one_of_each())
    assert found.wait_days[[0, 2]].tolist() == [1.0, 2.0]
    assert np.isnan(found.wait_days[[1, 9]]).all()


def test_export_without_handoffs_sends_every_lead_on_creation():
    leads = pd.DataFrame({"lead_id": ["a", "b", "c"], "created_at": "2025-01-01"})
    outcomes = pd.DataFrame(
        {"lead_id": ["a", "b"], "outcome": ["won", ""], "worked": ["", "false"]}
    )
    found = fates_of(LeadHistory.from_tables(leads, outcomes=outcomes, until="2025-06-01"))
    assert found.sent.all()
    assert (found.sent_at == found.history.created).all()
    assert (found.worked_at == NAT).all()
    assert [found.states[code].key for code in found.state] == ["won", "ignored", "in_work"]


def test_who_was_worked_is_not_made_up():
    leads = pd.DataFrame({"lead_id": ["a", "b"], "created_at": "2025-01-01"})
    outcomes = pd.DataFrame({"lead_id": ["a"], "outcome": ["won"]})
    found = fates_of(LeadHistory.from_tables(leads, outcomes=outcomes))
    assert not found.knows_work
    assert [state.name for state in found.states] == ["won", "open"]
