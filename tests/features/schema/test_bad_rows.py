"""Whatever is wrong with a row, it is kept, rejected with its reason, or counted in a note."""

import numpy as np
import pytest

from features.tables import load_tables
from tests.features.exports import Export, lead, visit, won

NOON = "2026-01-03T12:00:00Z"


@pytest.fixture
def tables(tmp_path):
    """An export with everything wrong that a row can be, but for whole files."""
    export = Export(tmp_path)
    visits = [
        visit("a"),
        visit("a"),
        visit("a", occurred_at="2026-01-04T12:00:00Z"),
        visit("a", occurred_at=NOON, type="click"),
        visit("a", occurred_at="2025-12-01T12:00:00Z"),
        visit("stranger"),
        visit("", type="form"),
        visit("b", occurred_at=""),
        visit("b", occurred_at="soon"),
        visit("b", occurred_at="2199-01-01T00:00:00Z"),
        visit("b", type=""),
        visit("early"),
    ]
    change = {"lead_id": "a", "field": "Industry", "value": "Trade", "changed_at": NOON}
    changes = [
        change,
        change,
        change | {"value": "", "changed_at": "2026-01-04T12:00:00Z"},
        change | {"lead_id": "b", "value": ""},
        change | {"lead_id": "stranger"},
        change | {"changed_at": ""},
        change | {"changed_at": "2199-01-01"},
        change | {"field": ""},
        change | {"field": "Stage"},
    ]
    handoff = {"lead_id": "a", "handed_off_at": NOON, "first_worked_at": ""}
    handoffs = [
        handoff,
        handoff | {"lead_id": "stranger"},
        handoff | {"handed_off_at": ""},
        handoff | {"first_worked_at": "2199-01-01"},
    ]
    leads = [
        lead("a"),
        lead("b"),
        lead("a"),
        lead(""),
        lead("c", Created=""),
        won("early", Closed="2026-01-01T12:00:00Z"),
    ]
    data = {
        "activities": [{"path": export.write("visits.csv", visits)}],
        "field_changes": export.write("changes.csv", changes),
        "handoffs": export.write("handoffs.csv", handoffs),
    }
    read = load_tables(export.config(leads, data))
    rows = {"leads": leads, "activities": visits, "field_changes": changes, "handoffs": handoffs}
    return read, {name: len(given) for name, given in rows.items()}


def test_every_row_is_kept_or_rejected_or_counted(tables):
    read, rows = tables
    left_out = {"field_changes": 1}
    assert "Changes of fields that are never features, which are left out: 1." in read.notes
    for table, file in {
        "leads": "leads.csv",
        "activities": "visits.csv",
        "field_changes": "changes.csv",
        "handoffs": "handoffs.csv",
    }.items():
        kept = len(getattr(read, table))
        rejected = read.quarantine.rows(file)
        assert kept + len(rejected) + left_out.get(table, 0) == rows[table], table
        assert max(rejected) <= rows[table]
    frame = read.quarantine.frame()
    assert not frame.duplicated(["table", "row"]).any(), "no row is rejected twice"


def test_every_reason_is_told_once_with_its_count(tables):
    read, _ = tables
    rejected = {(table, reason): count for table, reason, count in read.quarantine.summary()}
    assert rejected == {
        ("leads.csv", "it has no lead id"): 1,
        ("leads.csv", "its lead id is a duplicate"): 1,
        ("leads.csv", "Created is missing"): 1,
        ("leads.csv", "it closes before its lead was created"): 1,
        ("visits.csv", "it is a duplicate"): 1,
        ("visits.csv", "its lead is not among the leads"): 1,
        ("visits.csv", "it has no lead id"): 1,
        ("visits.csv", "it has no type"): 1,
        ("visits.csv", "occurred_at is missing"): 1,
        ("visits.csv", "occurred_at cannot be read as a time"): 1,
        ("visits.csv", "occurred_at is in the future"): 1,
        ("visits.csv", "its lead was rejected"): 1,
        ("changes.csv", "it is a duplicate"): 1,
        ("changes.csv", "it has no value"): 1,
        ("changes.csv", "its lead is not among the leads"): 1,
        ("changes.csv", "changed_at is missing"): 1,
        ("changes.csv", "changed_at is in the future"): 1,
        ("changes.csv", "it has no field"): 1,
        ("handoffs.csv", "its lead is not among the leads"): 1,
        ("handoffs.csv", "handed_off_at is missing"): 1,
        ("handoffs.csv", "first_worked_at is in the future"): 1,
    }
    notes = [note for note in read.notes if "rejected" in note]
    assert len(notes) == len(set(notes)) == len(rejected)


def test_what_is_odd_but_counts_is_said(tables):
    read, _ = tables
    assert [note for note in read.notes if "rejected" not in note] == [
        "Activities before their lead was created, which count like others: 1.",
        "Activities that come after a later one of their lead, which are put in order: 2.",
        "Changes of fields that are never features, which are left out: 1.",
        "Changes to nothing, after which their field is missing: 1.",
    ]


def test_the_order_of_the_rows_changes_nothing(tables):
    read, _ = tables
    history = read.history()
    assert (np.diff(history.activities.occurred) >= 0).all()
    assert len(history.activities) == 4
