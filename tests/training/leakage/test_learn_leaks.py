"""What a training run does with the suspects of the leak probe."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from features.tables import load_tables
from leadgate.config import Config
from training.learn import learn

N = 600


@pytest.fixture(scope="module")
def firm(tmp_path_factory):
    """An export in which Note all but repeats the outcome and Size is an honest column."""
    folder = tmp_path_factory.mktemp("firm")
    rng = np.random.default_rng(3)
    won = rng.random(N) < 0.4
    leads = {
        "Id": np.arange(N),
        "Created": pd.date_range("2025-01-01", periods=N, freq="8h"),
        "Size": (rng.normal(size=N) + won).round(2),
        "Note": np.where(won ^ (rng.random(N) < 0.02), "yes", "no"),
        "Stage": np.where(won, "Won", "Lost"),
    }
    pd.DataFrame(leads).to_csv(folder / "leads.csv", index=False)
    columns = {"lead_id": "Id", "created_at": "Created", "outcome": "Stage", "won": ["Won"]}
    values = {"data": {"leads": "leads.csv"}, "columns": {**columns, "lost": ["Lost"]}}
    config = Config.from_dict(values, folder=folder)
    return config, load_tables(config)


def test_training_leaves_a_suspect_out_and_says_why(firm):
    trained = learn(*firm)
    assert trained.settings.exclude == ("Created", "Id", "Note", "Stage")
    assert trained.shipped.feature_set.names_ == ["Size"]
    assert trained.left_out["Note"].startswith("suspected to be known only after the outcome:")
    assert trained.notes[0].startswith("Note looks known only after the outcome (left out unless")
    assert trained.brief[0].startswith(
        "Left out, suspected to be known only after the outcome: Note. "
    )
    assert trained.metrics["auc"].value < 0.85


def test_training_keeps_a_suspect_that_the_user_keeps(firm):
    trained = learn(*firm, keep=["Note"])
    assert trained.shipped.feature_set.names_ == ["Note", "Size"]
    assert "Note" not in trained.left_out
    assert trained.notes[0].startswith("Note looks known only after the outcome (kept")
    assert trained.brief[0] == "Kept, although looking known only after the outcome: Note."
    assert trained.metrics["auc"].value > 0.95


def test_without_signal_the_reason_names_what_was_left_out(firm):
    config, tables = firm
    leads = tables.leads.assign(Size=np.random.default_rng(0).permutation(tables.leads["Size"]))
    trained = learn(config, dataclasses.replace(tables, leads=leads))
    assert trained.verdict == "no_signal"
    assert trained.why.endswith("what was known when a lead came in stays with --keep Note.")
