"""Segment columns and their win rates."""

import numpy as np
import pandas as pd
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.segments.segments import outcomes, segment_rates


def found_in(folder, leads, columns, **given):
    config = config_of(folder, leads, **given)
    settings = Settings.of(config)
    sample = Sample.of(load_tables(config).history(), settings)
    labelled = sample.snapshots.take(sample.labels.weight > 0)
    features = settings.feature_set().fit(sample.history, labelled)
    return outcomes(sample, features, columns)


def test_rates_are_those_of_the_leads(tmp_path):
    leads = flat_leads(200)
    leads.loc[:19, "Source"] = ""
    leads.loc[20:22, "Source"] = "rare"
    (rates,) = segment_rates(found_in(tmp_path, leads, ["Source"]))
    by_name = {row["name"]: row for row in rates.rows}
    assert set(by_name) == {"web", "fair", "list", "not known"}
    for name, row in by_name.items():
        part = leads[leads["Source"] == ("" if name == "not known" else name)]
        assert row["leads"] == len(part)
        assert row["raw"] == pytest.approx((part["Stage"] == "Won").mean())
        assert row["low"] < row["rate"] < row["high"]
    assert [row["leads"] for row in rates.rows] == sorted(rates.leads[rates.leads >= 5])[::-1]


def test_values_that_fewer_than_five_leads_share_are_not_told(tmp_path):
    leads = flat_leads(200)
    leads.loc[:2, "Source"] = "rare"
    (rates,) = segment_rates(found_in(tmp_path, leads, ["Source"]))
    assert rates.leads[rates.values.index("other values")] == 3
    assert "other values" not in [row["name"] for row in rates.rows]


def test_numbers_and_columns_that_are_no_features_are_left_out(tmp_path):
    outcomes = found_in(tmp_path, flat_leads(100), ["Size", "Source", "Rating"])
    assert [segment.name for segment in outcomes.segments] == ["Source"]


def test_accounts_that_agree_count_less(tmp_path):
    leads = flat_leads(60)
    again = leads.assign(Id=leads["Id"] + "b", Account=[f"B{i}" for i in range(60)])
    first = leads.assign(Account=[f"B{i}" for i in range(60)])
    doubled = found_in(tmp_path, pd.concat([first, again]), ["Source"])
    assert doubled.weight.sum() == pytest.approx(60)
    assert np.unique(doubled.lead).size == 120
