"""Whether the data reach far enough."""

import numpy as np
import pandas as pd
import pytest

from features.tables import load_tables
from leadgate.errors import DataError
from tests.training.exports import config_of, flat_leads
from training.dataset.horizons import check_dates, check_reach, longest_horizon
from training.dataset.sample import Sample
from training.dataset.settings import Settings


def sample(folder, leads, horizon):
    config = config_of(folder, leads)
    settings = Settings(("Rating",), (), horizon, (0.0,))
    return Sample.of(load_tables(config).history(), settings), settings


def test_a_horizon_that_leaves_ten_wins_passes(tmp_path):
    check_reach(*sample(tmp_path, flat_leads(), 30.0))


def test_the_longest_horizon_that_works_is_named_and_works(tmp_path):
    made, settings = sample(tmp_path, flat_leads(200), 340.0)
    longest = longest_horizon(made.history, settings)
    with pytest.raises(DataError, match=f"longest horizon that works is {longest} days"):
        check_reach(made, settings)
    check_reach(*sample(tmp_path, flat_leads(200), float(longest)))
    with pytest.raises(DataError, match="10 are needed"):
        check_reach(*sample(tmp_path, flat_leads(200), float(longest + 1)))


def test_no_horizon_works_where_wins_are_too_few(tmp_path):
    leads = flat_leads(200)
    leads["Stage"] = np.where(np.arange(200) % 16 == 0, "Won", "Lost")
    with pytest.raises(DataError, match="No horizon works yet"):
        check_reach(*sample(tmp_path, leads, 90.0))


def test_one_instant_has_nothing_before_it(tmp_path):
    leads = flat_leads(100)
    leads["Created"] = pd.Timestamp("2025-01-01 08:00")
    with pytest.raises(DataError, match="no earlier one to learn from"):
        check_reach(*sample(tmp_path, leads, None))


def test_outcomes_of_which_one_kind_has_dates_need_a_horizon(tmp_path):
    leads = flat_leads(100)
    leads["Closed"] = leads["Closed"].where(leads["Stage"] == "Won")
    made, settings = sample(tmp_path, leads, None)
    with pytest.raises(DataError, match=r"Set target\.horizon_days"):
        check_dates(made.history, settings)
    check_dates(*((s := sample(tmp_path, leads, 30.0))[0].history, s[1]))
