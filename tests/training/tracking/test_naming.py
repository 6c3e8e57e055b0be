"""Names and descriptions on MLflow's pages."""

from __future__ import annotations

from dataclasses import replace

from features.parsing.times import NAT
from training.tracking.naming import description, run_name


def test_a_run_is_named_by_version_verdict_and_end_of_data(trained):
    dated = replace(trained, data_until=1_767_312_245_000_000)
    assert run_name(dated, "3") == "v3 first, until 2026-01-02"
    assert run_name(replace(trained, data_until=NAT), "3") == "v3 first, without dates"


def test_a_description_is_the_card_below_its_heading():
    card = "# Model card: m\n\nVerdict: better.\n\n## Data\n\n3 leads."
    assert description(card) == "Verdict: better.\n\n## Data\n\n3 leads."
    changed = description(card, changes="## Beside earlier versions")
    assert changed.startswith("Verdict: better.\n\n## Beside earlier versions\n\n## Data")
