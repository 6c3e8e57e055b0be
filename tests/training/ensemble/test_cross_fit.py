"""Cross-fits: margins of accounts by fits of the same time without them."""

import dataclasses

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.cross_fit import MOST_ROWS, PARTS, cross_fit
from training.ensemble.platt import slope_within
from training.estimators.tuning import Tuning

NAMES = ["linear strong", "additive medium"]
DEFAULT = Tuning.default(300)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    settings = Settings(("Rating",), (), 30.0, (0.0,))
    return labelled_matrix(Sample.of(load_tables(config).history(), settings), settings)


@pytest.fixture(scope="module")
def crossed(data):
    out_of_fold = cross_fit(data, NAMES, DEFAULT)
    assert out_of_fold is not None
    return out_of_fold


def test_no_account_has_a_part_in_its_own_margins(data, crossed):
    own = data.account == data.account[0]
    turned = dataclasses.replace(data, y=np.where(own, 1 - data.y, data.y))
    again = cross_fit(turned, NAMES, DEFAULT)
    assert (again.log_odds[own] == crossed.log_odds[own]).all()
    assert (again.log_odds[~own] != crossed.log_odds[~own]).any()


def test_every_row_has_margins_and_keeps_its_period(data, crossed):
    assert crossed.log_odds.shape == (data.y.size, len(NAMES))
    assert np.isfinite(crossed.log_odds).all()
    assert (crossed.log_odds != 0).all()
    assert (crossed.fold == data.period).all()
    assert (crossed.y == data.y).all()


def test_two_cross_fits_are_equal(data, crossed):
    assert (cross_fit(data, NAMES, DEFAULT).log_odds == crossed.log_odds).all()


def test_fewer_accounts_than_parts_leave_no_row_without_a_margin(data):
    few = dataclasses.replace(data, account=data.account % (PARTS - 1))
    log_odds = cross_fit(few, NAMES, DEFAULT).log_odds
    assert np.isfinite(log_odds).all()
    assert (log_odds != 0).all()


def test_a_member_that_is_shrunk_too_much_gets_a_steeper_slope(crossed):
    """Strong shrinkage holds the effects back; the slope says by how much."""
    strong, medium = (slope_within(crossed, log_odds) for log_odds in crossed.log_odds.T)
    assert strong.mean > medium.mean > 0
    assert strong.mean > 1


def test_large_exports_are_cross_fitted_on_a_part(data):
    many = data.take(np.tile(np.arange(data.y.size), -(-2 * MOST_ROWS // data.y.size)))
    assert cross_fit(many, NAMES[:1], DEFAULT).y.size <= MOST_ROWS


def test_too_few_wins_beside_a_part_are_no_cross_fit(data):
    won = np.flatnonzero(data.y == 1)[:5]
    few = data.take(np.concatenate([won, np.flatnonzero(data.y == 0)[:60]]))
    assert cross_fit(few, NAMES, DEFAULT) is None
