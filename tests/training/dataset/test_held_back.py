"""Leads that a gate held back: which they are, and a gate that stays right on its own data."""

from __future__ import annotations

import pandas as pd
import pytest

from benchmarks.quality.loop import measure
from training.dataset.held_back import first_held_back


def test_held_back_is_what_was_never_handed_off_nor_recycled():
    rows = [("a", "nurture", 0), ("b", "nurture", 0), ("b", "hand_off", 1), ("c", "recycle", 0)]
    rows += [("d", "nurture", 0), ("d", "recycle", 0), ("e", "review", 0), ("e", "nurture", 0)]
    rows += [("g", "review", 0), ("h", "review", 0), ("h", "hand_off", 1), ("h", "nurture", 0)]
    rows += [("f", "nurture", 0), ("f", "hand_off", 0), ("a", "disqualify", 0)]
    decisions = pd.DataFrame(rows, columns=["lead_id", "decision", "uses_capacity"])
    assert first_held_back(decisions)["lead_id"].tolist() == ["a", "e", "f"]


def test_a_gate_that_learns_from_its_own_data_stays_right_below_its_line():
    now, before = (measure(mode, 5_000, 1, 1)[0] for mode in ("now", "before"))
    assert 0.9 <= now["ratio"] <= 1.1
    assert now["explored"] == pytest.approx(1.0, rel=0.02)
    # As it was joined before, closed leads were negatives.
    assert before["ratio"] < 0.85
    assert before["explored"] < 0.6
