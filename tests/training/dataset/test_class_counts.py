"""How many leads of either kind there are."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from features.tables import load_tables
from leadgate.errors import DataError
from tests.training.exports import config_of, flat_leads
from training.dataset.class_counts import class_counts
from training.dataset.sample import Sample
from training.dataset.settings import Settings


def counted(folder, leads, **given):
    config = config_of(folder, leads, **given)
    settings = Settings.of(config)
    return class_counts(Sample.of(load_tables(config).history(), settings), settings)


def test_leads_count_once_as_what_became_of_them(tmp_path):
    leads = flat_leads(80)
    leads.loc[leads.index[:30], "Stage"] = "Open"
    closed = leads["Stage"].to_numpy()[30:]
    assert counted(tmp_path, leads) == ((closed == "Won").sum(), (closed == "Lost").sum())


def test_a_win_after_the_horizon_is_none(tmp_path):
    leads = flat_leads(80)
    leads["Closed"] = leads["Created"] + np.timedelta64(40, "D")
    assert counted(tmp_path, leads)[0] > 0
    with pytest.raises(DataError, match=r"none of the \d+ closed .* has won within 30 days"):
        counted(tmp_path, leads, target={"horizon_days": 30})


@pytest.mark.parametrize(("stage", "words"), [("Won", "have won"), ("Lost", "has won")])
def test_one_kind_alone_is_refused(tmp_path, stage, words):
    leads = flat_leads(60)
    leads["Stage"] = stage
    with pytest.raises(DataError, match=words) as raised:
        counted(tmp_path, leads)
    assert raised.value.code == "one_class"


def sample_of(lead, y, weight):
    """A sample of these snapshots, as far as classes are counted by it."""
    labels = SimpleNamespace(y=np.array(y), weight=np.array(weight, dtype=float))
    return SimpleNamespace(labels=labels, snapshots=SimpleNamespace(lead=np.array(lead)))


NO_HORIZON = Settings((), (), None, (0.0,))


def test_a_lead_that_won_at_a_snapshot_is_not_lost_at_the_others():
    lead, y = [0, 0, 1, 1, 2, 3, 4], [0, 1, 0, 0, 0, 0, np.nan]
    assert class_counts(sample_of(lead, y, [0.25] * 7), NO_HORIZON) == (1, 3)


def test_snapshots_without_weight_count_in_neither_class():
    lead, y, weight = [0, 1, 2, 3, 4], [1, 1, 0, 0, 0], [2, 0, 0.5, 0, 0]
    assert class_counts(sample_of(lead, y, weight), NO_HORIZON) == (1, 1)


@pytest.mark.parametrize(
    ("y", "horizon", "words", "hint"),
    [
        ([1, 1, np.nan], None, "all 2 closed leads that sales worked have won\\.", "columns.lost"),
        ([0, 0, np.nan], None, "none of the 2 closed leads .* worked has won\\.", "columns.won"),
        ([0, 0, 0], 30.0, "none of the 3 closed leads .* has won within 30 days\\.", "columns.won"),
        ([np.nan] * 3, None, "no closed lead was worked by sales", "columns.outcome"),
    ],
)
def test_the_class_that_is_missing_is_named(y, horizon, words, hint):
    with pytest.raises(DataError, match=words) as raised:
        class_counts(sample_of([0, 1, 2], y, [1, 1, 1]), replace(NO_HORIZON, horizon_days=horizon))
    assert raised.value.hint.startswith(f"Check {hint}")
