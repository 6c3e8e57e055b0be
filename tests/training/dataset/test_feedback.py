"""What the store knows, joined to the export."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from features.history.from_records import Activity
from features.history.snapshots import plan
from features.tables import load_tables
from leadgate.config import OutcomeActivities
from leadgate.errors import DataError
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store, read_tables
from tests.serving.conftest import decision  # noqa: F401
from tests.training.exports import config_of
from training.dataset.feedback import with_store
from training.dataset.labels import label

DAY = 86_400_000_000
START = 1_767_225_600_000_000
LEADS = pd.DataFrame(
    {
        "Id": ["a", "b", "c", "d"],
        "Created": pd.Timestamp("2026-01-01"),
        "Stage": ["Won", "Lost", "Open", "Open"],
        "Closed": [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-06"), None, None],
        "Source": "web",
        "Rating": 1.0,
    }
)


@pytest.fixture
def config(tmp_path):
    columns = {"account_id": None, "amount": None}
    return config_of(tmp_path, LEADS, columns=columns, target={"horizon_days": 30})


@pytest.fixture
def store(config):
    with Store(config.store_url) as opened:
        yield opened


def joined(config, store):
    return with_store(config, load_tables(config), read_tables(store))


def test_leads_that_only_the_store_knows_are_added(config, store):
    with store.transaction() as transaction:
        transaction.add(
            Additions("new", START, created_at=START, fields={"Source": "fair", "Other": "x"})
        )
    leads = joined(config, store).leads.set_index("lead_id")
    assert leads.loc["new", "Source"] == "fair"
    assert "Other" not in leads
    assert len(leads) == 5


def test_activities_count_once(config, store):
    visit = Activity(START + DAY, START + DAY, "visit", None)
    store.add_activities([("a", visit), ("unknown", visit)])
    tables = joined(config, store)
    assert tables.activities["lead_id"].tolist() == ["a", "unknown"]
    again = with_store(config, tables, read_tables(store))
    assert len(again.activities) == 2


def test_outcome_recorded_last_counts(config, store):
    late = START + 9 * DAY
    reported = [
        Outcome("b", "won", late),
        Outcome("c", "lost", late),
        Outcome("unknown", "won", late),
    ]
    store.add_outcomes(reported)
    outcomes = joined(config, store).outcomes.set_index("lead_id")["outcome"]
    assert outcomes.to_dict() == {"a": "won", "b": "won", "c": "lost"}


def test_lead_held_back_is_not_a_negative(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="c", decision="nurture", propensity=0.97))
        transaction.keep(decision(lead_id="d", decision="nurture", propensity=0.97))
        transaction.keep(decision(lead_id="d", decision="hand_off", propensity=1.0))
    history = joined(config, store).history()
    assert history.unworked.tolist() == [False, False, True, False]


def test_weights_are_those_of_the_labels_and_stay_with_their_leads(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="a", decision="hand_off", propensity=0.5, explored=1))
        transaction.keep(decision(lead_id="b", decision="nurture", propensity=0.5))
        transaction.keep(decision(lead_id="c", decision="nurture", propensity=0.5))
        transaction.keep(decision(lead_id="d", decision="hand_off", propensity=1.0))
    history = joined(config, store).history()
    assert history.stands_for.tolist() == [3.0, 1.0, 1.0, 1.0]
    plain = dataclasses.replace(history, stands_for=None)
    planned = plan(history, [0])
    weighed, alike = (label(each, planned, None).weight for each in (history, plain))
    assert np.allclose(weighed, alike * [3.0, 1.0, 1.0, 1.0])
    assert history.cut(history.until).stands_for.tolist() == history.stands_for.tolist()


@pytest.mark.parametrize("worked", [None, False])
def test_a_lead_that_is_closed_by_itself_after_it_was_held_back_is_no_negative(
    config,
    store,
    decision,  # noqa: F811
    worked,
):
    with store.transaction() as transaction:
        for lead_id in "bcd":
            transaction.keep(decision(lead_id=lead_id, decision="nurture", as_of=START))
    store.add_outcomes([Outcome("c", "lost", START + DAY, worked=worked)])
    store.add_outcomes([Outcome("d", "won", START + DAY, worked=worked)])
    history = joined(config, store).history()
    assert history.unworked.tolist() == [False, True, True, True]
    assert history.lost.tolist() == [False, True, True, False]


def test_a_lead_that_sales_worked_nevertheless_is_worked(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="c", decision="nurture", as_of=START))
    store.add_outcomes([Outcome("c", "lost", START + DAY, worked=True)])
    assert not joined(config, store).history().unworked[2]


def test_what_closed_before_the_gate_was_asked_is_as_the_export_says(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="a", decision="nurture", as_of=START + 5 * DAY))
    # Lead a closed on the fifth of January, four days after the start.
    assert joined(config, store).history().unworked.tolist() == [False, False, False, False]
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="c", decision="nurture", as_of=START + 9 * DAY))
    store.add_outcomes([Outcome("c", "lost", START + 9 * DAY)])
    assert joined(config, store).history().unworked[2]


def test_a_lead_that_won_by_itself_was_never_handed_off(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="a", decision="nurture", propensity=0.9, as_of=START))
        won = decision(lead_id="a", decision="hand_off", propensity=1.0, uses_capacity=0)
        transaction.keep(won)
    tables = joined(config, store)
    history = tables.history()
    assert history.unworked[0]
    assert history.stands_for.tolist() == [1.0] * 4
    assert history.held_back[0] == 0.9
    assert read_tables(store).handoffs.empty


def test_a_lead_that_sales_let_lie_was_not_held_back(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        for kind in ("nurture", "recycle"):
            transaction.keep(decision(lead_id="c", decision=kind, uses_capacity=0))
    assert not joined(config, store).history().unworked[2]


def test_a_lead_for_review_is_not_worked_while_nothing_became_of_it(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        for lead_id in "bc":
            transaction.keep(decision(lead_id=lead_id, decision="review", as_of=START))
    assert joined(config, store).history().unworked.tolist() == [False, False, True, False]


def test_a_lead_held_back_after_a_review_is_no_negative_when_it_is_closed(config, store, decision):  # noqa: F811
    with store.transaction() as transaction:
        transaction.keep(decision(lead_id="c", decision="review", as_of=START))
        transaction.keep(decision(lead_id="c", decision="nurture", as_of=START + DAY))
    store.add_outcomes([Outcome("c", "lost", START + 9 * DAY)])
    history = joined(config, store).history()
    assert history.lost[2]
    assert history.unworked[2]


def test_activities_that_are_an_outcome_are_one_in_the_store_too(config, store):
    decided = OutcomeActivities(won=["signed"], lost=["declined"])
    data = config.data.model_copy(update={"outcome_activities": decided})
    stated = config.model_copy(update={"data": data})
    late = START + 20 * DAY
    events = [("c", "signed", late), ("d", "declined", late), ("d", "visit", START + DAY)]
    store.add_activities([(of, Activity(at, at, kind, None)) for of, kind, at in events])
    tables = joined(stated, store)
    history = tables.history()
    assert tables.activities["type"].tolist() == ["visit"]
    assert history.won.tolist() == [True, False, True, False]
    assert history.lost.tolist() == [False, True, False, True]
    assert history.closed[2:].tolist() == [late, late]
    assert history.until == START + 4 * DAY


def test_what_an_outcome_says_comes_before_what_an_activity_says(config, store):
    decided = OutcomeActivities(won=["signed"], lost=[])
    data = config.data.model_copy(update={"outcome_activities": decided})
    stated = config.model_copy(update={"data": data})
    store.add_activities([("c", Activity(START + DAY, START + DAY, "signed", None))])
    store.add_outcomes([Outcome("c", "lost", START + 2 * DAY)])
    assert joined(stated, store).history().lost[2]


def test_sending_again_what_is_known_is_no_change(config, store):
    with store.transaction() as transaction:
        transaction.add(Additions("a", START + DAY, fields={"Source": "web"}))
        transaction.add(Additions("b", START + DAY, fields={"Source": "web"}))
        transaction.add(Additions("b", START + 2 * DAY, fields={"Source": "fair"}))
    history = joined(config, store).history()
    assert history.changes.keys() == {"Source"}
    texts = joined(config, store).field_changes
    assert texts[["lead_id", "value", "old_value"]].values.tolist() == [
        ["b", "web", ""], ["b", "fair", "web"],
    ]  # fmt: skip


def test_each_source_has_its_own_end(config, store):
    late = START + 200 * DAY
    visit = Activity(late, late, "visit", None)
    store.add_activities([("c", visit)])
    store.add_outcomes([Outcome("d", "won", late)])
    with store.transaction() as transaction:
        transaction.add(Additions("new", late, created_at=START, fields={"Source": "fair"}))
    tables = joined(config, store)
    history = tables.history()
    assert history.until == tables.until == load_tables(config).until == START + 4 * DAY
    ends = dict(zip(history.lead_ids, history.ends.tolist(), strict=True))
    assert {ends[lead_id] for lead_id in "abc"} == {history.until}
    assert ends["new"] == ends["d"] >= late
    labels = label(history, plan(history, [0]), 30)
    assert labels.evaluation_weight.astype(bool).tolist() == [False, False, False, True, True]
    assert history.cut(START + 2 * DAY).ends.tolist() == [START + 2 * DAY] * 5


def test_a_stated_end_holds_for_the_store(config, store):
    store.add_outcomes([Outcome("d", "won", START + 200 * DAY)])
    data = config.data.model_copy(update={"until": "2026-02-01"})
    stated = config.model_copy(update={"data": data})
    history = joined(stated, store).history()
    assert history.observed_until is None
    assert not history.won[3]


def test_empty_store_changes_nothing(config, store):
    before, after = load_tables(config), joined(config, store)
    for name in ("leads", "activities", "field_changes", "outcomes", "handoffs"):
        pd.testing.assert_frame_equal(getattr(before, name), getattr(after, name))
    assert (after.history().stands_for == 1).all()


def test_without_dates_it_is_refused(tmp_path):
    columns = {"created_at": None, "order": "row", "closed_at": None}
    config = config_of(tmp_path, LEADS, columns={**columns, "account_id": None, "amount": None})
    with Store(config.store_url) as store, pytest.raises(DataError, match="when things happened"):
        joined(config, store)
