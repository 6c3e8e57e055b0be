"""Decisions in the shadow, beside the answers to the same requests."""

from types import SimpleNamespace

import pandas as pd

from experiments.comparison.shadow import Shadow, beside_answers


def stored(*rows):
    """A store that holds decisions: request, version, shadow, grade, decision."""
    names = ["request_id", "model_version", "shadow", "grade", "decision"]
    table = pd.DataFrame(rows, columns=names).assign(lead_id="L1")
    start = pd.Timestamp("2026-01-02T03:04:05Z").as_unit("us")
    hours = pd.to_timedelta(range(len(table)), unit="h")
    return SimpleNamespace(decisions=table.assign(decided_at=start + hours))


def test_each_is_counted_beside_the_answer_that_was_given():
    seen = beside_answers(
        stored(
            ("a", "1", False, "A", "hand_off"),
            ("a", "2", True, "B", "nurture"),
            ("b", "1", False, "C", "nurture"),
            ("b", "2", True, "C", "nurture"),
            ("c", "1", False, "B", "nurture"),
            ("c", "2", True, "B", "hand_off"),
        ),
        "2",
    )
    assert seen == Shadow(3, "2026-01-02T04:04:05Z", 1, 2, 1, 1)


def test_other_versions_and_requests_without_a_shadow_do_not_count():
    rows = [("a", "1", False, "A", "hand_off"), ("b", "1", False, "A", "hand_off")]
    shadows = [("a", "3", True, "C", "nurture"), ("z", "2", True, "C", "nurture")]
    assert beside_answers(stored(*rows, *shadows), "2") is None
    assert beside_answers(stored(*rows, *shadows), "3").requests == 1
