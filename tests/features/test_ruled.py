"""Which rule applies to a lead, as its columns stood at a moment."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from features import LeadHistory
from features.ruled import absent_rules, rules_as_of
from leadgate.config import PolicySettings
from leadgate.policy import rules_of

CREATED = pd.Timestamp("2026-01-01", tz="UTC")
CHANGED = CREATED + pd.Timedelta(days=10)
RULES = rules_of(
    PolicySettings.model_validate(
        {
            "rules": {
                "free_mail": {"column": "Domain", "values": ["mail.example"]},
                "customer": {"column": "Seats", "values": ["3"]},
                "competitor": {"column": "Type", "values": ["Competitor", "Rival  firm"]},
                "objection": {"column": "Profiling", "values": ["false"]},
            }
        }
    )
)


def history_of(rows, changes=None):
    leads = pd.DataFrame(rows).assign(created_at=CREATED)
    leads.insert(0, "lead_id", [f"L{n}" for n in range(len(leads))])
    return LeadHistory.from_tables(leads, field_changes=changes)


def names(history, at=CREATED):
    lead = np.arange(len(history))
    return rules_as_of(history, RULES, lead, np.full(lead.size, at.value // 1000)).tolist()


def test_the_first_that_applies_is_named():
    rows = [
        {"Profiling": p, "Type": t, "Seats": s, "Domain": d}
        for p, t, s, d in [
            ("false", "Competitor", "3", "mail.example"),
            ("true", "Competitor", "3", "mail.example"),
            ("true", "Partner", "3", "mail.example"),
            ("true", "Partner", "4", "mail.example"),
            ("", "", "", ""),
        ]
    ]
    assert names(history_of(rows)) == ["objection", "competitor", "customer", "free_mail", ""]


@pytest.mark.parametrize("text", ["competitor", " COMPETITOR ", "rival firm"])
def test_case_and_spaces_do_not_matter(text):
    assert names(history_of([{"Type": text}])) == ["competitor"]


@pytest.mark.parametrize("text", ["competitors", "comp", ""])
def test_other_values_are_others(text):
    assert names(history_of([{"Type": text}])) == [""]


def test_numbers_and_flags_are_read_as_everywhere():
    assert names(history_of([{"Seats": 3.0}, {"Seats": np.nan}])) == ["customer", ""]
    assert names(history_of([{"Profiling": False}, {"Profiling": True}])) == ["objection", ""]


def test_a_change_counts_from_its_instant_on():
    changes = pd.DataFrame(
        {"lead_id": ["L0", "L1"], "field": "Type", "value": ["Competitor", "Partner"],
         "changed_at": CHANGED}
    )  # fmt: skip
    history = history_of([{"Type": "Partner"}, {"Type": "Competitor"}], changes)
    assert names(history, CHANGED - pd.Timedelta(microseconds=1)) == ["", "competitor"]
    assert names(history, CHANGED) == ["competitor", ""]


def test_a_column_that_is_not_there_applies_to_nobody_and_is_said():
    history = history_of([{"Type": "Competitor"}])
    assert names(history) == ["competitor"]
    notes = absent_rules(RULES, history.columns)
    assert [note.split()[2] for note in notes] == ["Profiling", "Seats", "Domain"]
    assert all("applies to no lead" in note for note in notes)


def test_nobody_is_no_one():
    history = history_of([{"Type": "Competitor"}])
    assert rules_as_of(history, RULES, np.array([], int), np.array([], int)).shape == (0,)
