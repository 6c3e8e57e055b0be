"""The history is the tables: sorted, in UTC, with text ids, and it can be cut."""

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import FeatureSet, LeadHistory
from features.history.from_records import Activity
from features.history.from_records import activity as activity_of
from features.parsing.times import NAT, US_PER_DAY, iso
from leadgate.errors import DataError, LeadError
from tests.features.worlds import EXAMPLES, START, World, activity, lead, moments, worlds

DAY = US_PER_DAY
HASH_OF_X = 3_934_676_578_701_144_158


def arrays(history):
    """Return everything a history holds, as plain values."""
    fields = vars(history).copy()
    activities, changes = fields.pop("activities"), fields.pop("changes")
    fields = {name: value for name, value in fields.items() if not name.startswith("_")}
    names = [c.column() for c in (activities.type, activities.channel, activities.content)]
    columns = (activities.occurred, activities.recorded, activities.value, *names)
    rows = [*zip(*(column.tolist() for column in columns), strict=True)]
    timeline = [sorted(map(str, rows[a:b])) for a, b in pairwise(activities.ptr.tolist())]
    fields |= {"ptr": activities.ptr, "timeline": timeline}
    for name, of_field in changes.items():
        fields |= {f"{name} {key}": getattr(of_field, key) for key in ("ptr", "changed")}
        fields[f"{name} value"] = of_field.value.column()
    fields |= {f"column {name}": value for name, value in fields.pop("columns").items()}
    plain = (np.ndarray, np.generic)
    return {k: v.tolist() if isinstance(v, plain) else v for k, v in fields.items()}


def outcomes(rows):
    return pd.DataFrame(rows, columns=["lead_id", "outcome", "closed_at", "recorded_at", "amount"])


@given(worlds(), st.randoms(use_true_random=False))
@EXAMPLES
def test_history_does_not_depend_on_the_order_of_rows(world, random):
    shuffled = World(*([*random.sample(rows, len(rows))] for rows in vars(world).values()))
    assert str(arrays(shuffled.history())) == str(arrays(world.history()))


# A request says nothing of the account by name.
OF_ACCOUNTS = ("accounts", "account_hash", "account_ids")


@given(worlds())
@EXAMPLES
def test_a_request_and_tables_give_one_history(world):
    for row in world.leads:
        own = [a for a in world.activities if a["lead_id"] == row["lead_id"]]
        tables = arrays(World([row], own).history())
        request = arrays(World([row], own).request(row["lead_id"], 0))
        for name in ("until", "has_clock", "whole_accounts", *OF_ACCOUNTS):
            del tables[name], request[name]
        assert str(request) == str(tables)


@given(worlds(), moments())
@EXAMPLES
def test_cut_equals_the_history_of_what_was_recorded_before(world, at):
    """Accounts keep their codes, which a shorter history would count anew."""
    ids = {row["lead_id"] for row in world.leads if row["created_at"] < at}
    before = World(
        [row for row in world.leads if row["lead_id"] in ids],
        [a for a in world.known_at(at - 1).activities if a["lead_id"] in ids],
        [c for c in world.changes if c["changed_at"] < at and c["lead_id"] in ids],
        [o for o in world.known_at(at - 1).outcomes if o["lead_id"] in ids],
    )
    cut = world.history().cut(at)
    assert cut.until <= at
    assert len(cut) == len(before.leads)
    if not before.leads:
        return
    of_cut, wanted = arrays(cut), arrays(before.history())
    for name in ("accounts", "until", "has_clock", "column Stage"):
        of_cut.pop(name, None)
        wanted.pop(name, None)
    assert str(of_cut) == str(wanted)


def test_cut_takes_back_outcomes_and_handoffs():
    leads = pd.DataFrame({"lead_id": list("ABCD"), "created_at": ["2026-01-01"] * 4})
    rows = [
        ("A", "won", "2026-02-01", None, 10.0),
        ("B", "won", "2026-02-01", "2026-02-20", 20.0),
        ("C", "lost", None, None, None),
        ("D", "lost", "2026-02-01", None, None),
    ]
    handoffs = pd.DataFrame(
        {
            "lead_id": ["A", "B"],
            "handed_off_at": ["2026-01-05", "2026-01-05"],
            "first_worked_at": ["2026-01-08", "2026-02-11"],
        }
    )
    history = LeadHistory.from_tables(leads, outcomes=outcomes(rows), handoffs=handoffs)
    cut = history.cut(int(history.closed[0]) + 10 * DAY)
    assert cut.won.tolist() == [True, False, False, False]
    assert cut.lost.tolist() == [False, False, False, True]
    assert (cut.closed == NAT).tolist() == [False, True, True, False]
    assert (cut.recorded == NAT).tolist() == [False, True, True, False]
    np.testing.assert_array_equal(cut.amount, [10, np.nan, np.nan, np.nan])
    assert (cut.handed_off == NAT).tolist() == [False, False, True, True]
    assert (cut.first_worked == NAT).tolist() == [False, True, True, True]
    assert cut.has_handoffs
    assert cut.until == int(history.closed[0]) + 10 * DAY
    assert not history.cut(int(history.closed[0])).won.any()
    assert history.cut(int(history.closed[0]) + 1).won.tolist() == [True, False, False, False]


def test_cut_keeps_outcomes_where_none_has_a_time():
    leads = pd.DataFrame({"lead_id": ["A", "B"], "created_at": ["2026-01-01", "2026-03-01"]})
    lost = outcomes([("A", "lost", None, None, None), ("B", "lost", None, None, None)])
    cut = LeadHistory.from_tables(leads, outcomes=lost).cut(1_770_000_000_000_000)
    assert cut.lead_ids.tolist() == ["A"]
    assert cut.lost.tolist() == [True]


def test_cut_of_undated_leads_goes_by_their_order():
    leads = pd.DataFrame({"lead_id": list("ABC"), "order": [7, 3, 5], "account_id": list("xyx")})
    history = LeadHistory.from_tables(leads)
    cut = history.cut(2)
    assert cut.lead_ids.tolist() == ["B", "C"]
    assert cut.accounts.tolist() == history.accounts[1:].tolist()
    assert not cut.dated


def test_the_hash_of_an_account_is_that_of_its_id_in_every_export():
    leads = pd.DataFrame({"lead_id": list("ABC"), "account_id": ["x", "", "x"]})
    more = pd.DataFrame({"lead_id": list("0BZ"), "account_id": ["w", "", "x"]})
    (a, b, c), (_, other_b, z) = (
        LeadHistory.from_tables(table).account_hash.tolist() for table in (leads, more)
    )
    assert a == c == z
    assert b == other_b != a
    # Written down: another number would judge every account on another part.
    assert a == HASH_OF_X
    assert LeadHistory.from_tables(leads[:1].drop(columns="account_id")).account_hash[0] != a


def test_accounts_are_shared_and_a_lead_without_one_is_alone():
    leads = pd.DataFrame({"lead_id": list("ABCDE"), "account_id": ["x", "", "x", None, "y"]})
    accounts = LeadHistory.from_tables(leads).accounts
    assert accounts[0] == accounts[2]
    assert len(set(accounts.tolist())) == 4


def test_ids_are_text_whatever_the_table_holds():
    leads = pd.DataFrame({"lead_id": [10, 9]})
    visits = pd.DataFrame({"lead_id": ["9"], "occurred_at": ["2026-01-01"], "type": ["visit"]})
    history = LeadHistory.from_tables(leads.assign(created_at="2025-12-31"), visits)
    assert history.lead_ids.tolist() == ["10", "9"]
    assert np.diff(history.activities.ptr).tolist() == [0, 1]
    assert history.index_of(["9", "10", "9"]).tolist() == [1, 0, 1]


def test_times_without_an_offset_are_utc():
    texts = ["2026-01-01T12:00:00", "2026-01-01T13:00:00+01:00", "2026-01-01T12:00:00Z"]
    leads = pd.DataFrame({"lead_id": list("ABC"), "created_at": texts})
    assert len(set(LeadHistory.from_tables(leads).created.tolist())) == 1


def test_until_is_the_latest_time_that_is_not_in_the_future():
    leads = pd.DataFrame({"lead_id": ["A", "B"], "created_at": ["2024-01-01", "2024-01-05"]})
    won = outcomes([("A", "won", "2024-02-01", "2100-01-01", None)])
    history = LeadHistory.from_tables(leads, outcomes=won)
    assert history.until == history.closed[0]


def test_a_given_until_leaves_out_what_is_later():
    leads = pd.DataFrame({"lead_id": ["A", "B"], "created_at": ["2024-01-01", "2024-01-05"]})
    won = outcomes([("A", "won", "2024-02-01", None, None)])
    for until in ("2024-01-05", pd.Timestamp("2024-01-05")):
        history = LeadHistory.from_tables(leads, outcomes=won, until=until)
        assert history.until == history.created[1]
        assert history.lead_ids.tolist() == ["A", "B"]
        assert not history.won.any()
    whole = LeadHistory.from_tables(leads, until=history.until - 1)
    assert whole.lead_ids.tolist() == ["A"]
    assert LeadHistory.from_tables(leads[["lead_id"]], until="2024-01-01").until == NAT


def test_outcomes_know_who_was_worked():
    leads = pd.DataFrame({"lead_id": list("ABC"), "created_at": ["2024-01-01"] * 3})
    table = pd.DataFrame(
        {"lead_id": list("ABC"), "outcome": ["", "lost", "won"], "worked": [False, True, None]}
    )
    history = LeadHistory.from_tables(leads, outcomes=table)
    assert history.unworked.tolist() == [True, False, False]
    assert history.lost.tolist() == [False, True, False]
    assert history.closes.tolist() == [NAT, history.until, history.until]


def test_outcomes_in_words_are_read_by_the_words_that_are_given_or_refused():
    leads = pd.DataFrame({"lead_id": list("ABC"), "created_at": ["2024-01-01"] * 3})
    words = ["Closed Won", "Closed Lost", "Working"]
    table = pd.DataFrame({"lead_id": list("ABC"), "outcome": words})
    with pytest.raises(DataError, match=r"outcomes: outcome is none of won, lost, open \(3 rows"):
        LeadHistory.from_tables(leads, outcomes=table)
    history = LeadHistory.from_tables(
        leads, outcomes=table, won=["Closed Won"], lost=["Closed Lost"]
    )
    assert history.won.tolist() == [True, False, False]
    assert history.lost.tolist() == [False, True, False]


def test_who_was_worked_is_yes_or_no_in_any_language():
    leads = pd.DataFrame({"lead_id": list("ABC"), "created_at": ["2024-01-01"] * 3})
    table = pd.DataFrame(
        {"lead_id": list("ABC"), "outcome": "lost", "worked": ["NO", "nein", True]}
    )
    assert LeadHistory.from_tables(leads, outcomes=table).unworked.tolist() == [True, True, False]
    with pytest.raises(DataError, match=r"worked is neither yes nor no \(1 row, the first is 3\)"):
        LeadHistory.from_tables(leads, outcomes=table.assign(worked=["NO", "nein", "perhaps"]))


def test_columns_of_one_name_are_refused():
    leads = pd.DataFrame([["A", "x", "y"]], columns=["lead_id", "Size", "Size"])
    with pytest.raises(DataError, match=r"leads: several columns are called Size\. Rename"):
        LeadHistory.from_tables(leads)


def test_snapshots_at_what_is_no_time_are_refused():
    history = World([lead("A", START)]).history()
    with pytest.raises(DataError, match=r"at cannot be read as a time\. Give ISO 8601"):
        history.snapshots(at=["soon"])
    frame = pd.DataFrame({"lead_id": ["A"], "as_of": ["soon"]})
    with pytest.raises(DataError, match="snapshots, column as_of: 1 of 1 are missing or cannot"):
        FeatureSet().transform(history, frame)
    at = history.snapshots(ages_days=[], at=[np.datetime64(START, "us"), np.int64(START)])
    assert len(at) == 1


def test_rows_about_other_leads_are_left_out():
    world = World(
        [lead("A", START)], [activity("A", START, "visit"), activity("X", START, "visit")]
    )
    assert len(world.history().activities) == 1


def test_every_fault_of_every_table_is_named():
    leads = pd.DataFrame(
        {
            "lead_id": ["A", "A", None, "B", "C"],
            "created_at": ["2026-01-01", "2026-01-01", "2026-01-01", "soon", None],
        }
    )
    visits = pd.DataFrame({"lead_id": ["A", "A"], "occurred_at": [None, "?"], "type": ["v", "v"]})
    changes = pd.DataFrame(
        {"lead_id": ["B"], "field": ["x"], "value": ["secret"], "changed_at": ["never"]}
    )
    won = pd.DataFrame({"lead_id": ["A", "A"], "outcome": ["won", "lost"]})
    with pytest.raises(
        DataError, match=r"leads: it has no lead id \(1 row, the first is 3\)"
    ) as fault:
        LeadHistory.from_tables(leads, visits, changes, won)
    for part in (
        "leads: its lead id is a duplicate (1 row, the first is 2)",
        "leads: created_at cannot be read as a time (1 row, the first is 4)",
        "leads: created_at is missing (1 row, the first is 5)",
        "activities: occurred_at cannot be read as a time (1 row, the first is 2)",
        "activities: occurred_at is missing (1 row, the first is 1)",
        "field_changes: changed_at cannot be read as a time (1 row, the first is 1)",
        "outcomes: its lead has an outcome already (1 row, the first is 2)",
    ):
        assert part in fault.value.message
    assert "secret" not in str(fault.value)


def test_missing_columns_of_every_table_are_named():
    table = pd.DataFrame({"id": ["A"]})
    with pytest.raises(
        DataError, match=r"leads: there is no column lead_id\. activities: there is no"
    ) as refusal:
        LeadHistory.from_tables(table, table, table, table, table)
    for part in ("occurred_at", "field_changes: there is no column value", "outcomes", "handoffs"):
        assert part in str(refusal.value)


def test_index_of_refuses_leads_that_are_not_there():
    history = World([lead("A", START)]).history()
    with pytest.raises(DataError, match="1 of 2 lead ids are not in the history"):
        history.index_of(["A", "B"])


@pytest.mark.parametrize(
    ("record", "field"),
    [
        ({}, "occurred_at"),
        ({"occurred_at": iso(START)}, "type"),
        ({"occurred_at": ""}, "occurred_at"),
        ({"occurred_at": 5, "type": "visit"}, "occurred_at"),
        ({"occurred_at": iso(START), "recorded_at": "soon"}, "recorded_at"),
    ],
)
def test_an_activity_names_the_field_at_fault(record, field):
    with pytest.raises(LeadError, match=rf"activities\[3\].{field}") as fault:
        activity_of({"lead_id": "A", **record}, 3)
    assert fault.value.field == f"activities[3].{field}"


def test_an_activity_may_lack_all_but_its_time_and_type():
    bare = activity_of({"occurred_at": iso(START), "type": "visit"}, 0)
    assert bare == Activity(START, START, "visit")
    full = {"type": "visit", "recorded_at": iso(START + DAY), "value": "2,5", "channel": " web "}
    read = activity_of({"occurred_at": iso(START), **full, "activity_id": 7}, 0)
    assert read == Activity(START, START + DAY, "visit", 2.5, "web", "", "7")


def test_a_request_may_lack_almost_everything():
    history = LeadHistory.of_one("7", NAT, {"x": ""})
    assert history.lead_ids.tolist() == ["7"]
    assert history.columns["x"].tolist() == [""]
    assert history.flat
    assert not history.dated
