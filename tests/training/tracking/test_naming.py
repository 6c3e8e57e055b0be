"""Names and descriptions on MLflow's pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from features.parsing.times import NAT
from training.tracking.naming import run_name, shortened


def test_a_run_is_named_by_version_verdict_and_end_of_data(trained):
    dated = replace(trained, data_until=1_767_312_245_000_000)
    assert run_name(dated, "3") == "v3 better, until 2026-01-02"
    assert run_name(replace(trained, data_until=NAT), "3") == "v3 better, without dates"


@pytest.mark.parametrize(("length", "kept"), [(5000, 5000), (5001, 5000), (9999, 5000)])
def test_a_description_is_as_long_as_mlflow_keeps(length, kept):
    text = shortened("x" * length)
    assert len(text) == kept
    assert text.endswith("…") is (length > kept)
