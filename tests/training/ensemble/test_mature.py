"""The rows that show the level, and the periods that they lie in."""

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.mature import all_known, mature, periods


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    history = load_tables(config).history()
    cut = history.cut(int(np.quantile(history.created, 0.8)))
    return Sample.of(cut, Settings((), (), 30.0, (0.0,)))


def test_the_level_is_shown_by_what_had_to_be_known(sample):
    seen = mature(sample)
    assert (seen.rows == np.flatnonzero(sample.labels.evaluation_weight > 0)).all()
    assert (seen.y == sample.labels.y[seen.rows]).all()
    assert (np.diff(seen.period[np.argsort(sample.snapshots.order[seen.rows])]) >= 0).all()


def test_where_nothing_is_mature_all_that_is_known_shows_the_level(sample):
    seen = all_known(sample)
    assert (seen.rows == np.flatnonzero(sample.labels.weight > 0)).all()
    assert (seen.period == 0).all()
    assert seen.rows.size > mature(sample).rows.size


def test_periods_hold_as_many_rows_each():
    order = np.arange(800)
    code = periods(order, (order % 4 == 0).astype(float), np.ones(800))
    counts = np.bincount(code)
    assert counts.size == 10
    assert np.ptp(counts) <= 1


def test_few_outcomes_have_one_period():
    y = np.repeat([1.0, 0.0], [10, 90])
    assert (periods(np.arange(100), y, np.ones(100)) == 0).all()


def test_many_snapshots_of_few_leads_have_one_period():
    order, part = np.arange(800), np.full(800, 1 / 8)
    assert (periods(order, (order % 4 == 0).astype(float), part) == 0).all()
