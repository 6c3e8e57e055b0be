"""How many leads of either kind there are."""

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
