"""The rows that show the level."""

import dataclasses

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.mature import enough_mature, mature, mature_of


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    settings = Settings((), (), 30.0, (0.0,))
    history = load_tables(config).history()
    sample = Sample.of(history.cut(int(np.quantile(history.created, 0.8))), settings)
    return sample, labelled_matrix(sample, settings)


def test_a_fit_knows_the_rows_that_show_its_level(case):
    sample, data = case
    ours, theirs = mature_of(data), mature(sample)
    for part in ("y", "weight", "period", "account"):
        assert (getattr(ours, part) == getattr(theirs, part)).all()
    assert 0 < ours.rows.size < data.y.size
    assert (data.order[ours.rows] == sample.snapshots.order[theirs.rows]).all()


def test_where_nothing_is_mature_all_that_is_known_shows_the_level(case):
    _, data = case
    young = dataclasses.replace(data, evaluation_weight=np.zeros(data.y.size))
    assert enough_mature(young) is None
    assert (mature_of(young).rows == np.arange(data.y.size)).all()
    assert (mature_of(young).weight == data.weight).all()
