"""A fit that ships is its members by their shares, at the level of what is mature."""

from dataclasses import replace

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.assemble import assemble, level_shown
from training.ensemble.mature import all_known, mature
from training.ensemble.members import fit_members
from training.ensemble.stacking import stack
from training.fit import fit_for_window, refit
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    return Sample.of(load_tables(config).history(), SETTINGS)


@pytest.fixture(scope="module")
def before(sample):
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    return fit_for_window(sample, window, SETTINGS)


def matrix(sample, fitted, rows):
    at = sample.snapshots.take(rows)
    return fitted.feature_set.matrix(sample.history, at.lead, at.as_of)


def test_without_a_window_the_members_share_alike_at_the_level_of_all(sample):
    members = fit_members(labelled_matrix(sample, SETTINGS))
    fitted = assemble(members, sample, stack(None))
    rows = np.flatnonzero(sample.labels.weight > 0)
    X, weight = matrix(sample, fitted, rows), sample.labels.weight[rows]
    expected = np.average(sample.labels.y[rows], weights=weight)
    readiness = fitted.model.readiness(X)
    assert np.average(readiness, weights=weight) == pytest.approx(expected, abs=0.003)
    assert fitted.model.calibration.slope == 1.0
    alike = members.log_odds_of(X).mean(axis=1)
    assert fitted.model.blend.log_odds(X) == pytest.approx(alike, abs=1e-9)


def test_the_refit_is_of_everything_with_the_shares_of_all_windows(sample, before):
    shipped, members, stacked = refit(sample, SETTINGS, before)
    assert members.rows > before.fitted_on
    X = matrix(sample, shipped, np.arange(200))
    assert stacked.share == pytest.approx(stack(before.oof, before.same_time).share)
    blended = members.log_odds_of(X) @ stacked.share
    assert shipped.model.blend.log_odds(X) == pytest.approx(blended, abs=1e-9)


def test_the_test_window_has_no_say_in_how_its_fits_are_weighed(sample, before):
    order = sample.snapshots.order[before.before.rows]
    assert (order < before.window.start).all()
    assert (sample.labels.matures_at[before.before.rows] < before.window.start).all()
    assert set(before.rows) < set(before.oof.rows)
    assert not set(before.rows) & set(before.before.rows)


def test_each_row_of_the_window_has_the_readiness_of_its_part(sample, before):
    readiness, part = before.readiness(sample), sample.part[before.rows]
    for code, fitted in before.parts.items():
        rows = before.rows[part == code]
        own = fitted.model.readiness(matrix(sample, fitted, rows))
        assert (readiness[part == code] == own).all()


@pytest.mark.parametrize("kind", [None, 0.0, 1.0])
def test_level_is_that_of_all_where_nothing_mature_shows_it(sample, before, kind):
    labels = sample.labels
    kept = labels.evaluation_weight * (labels.y == kind)
    early = replace(sample, labels=replace(labels, evaluation_weight=kept))
    assert before.stacked.enough
    assert level_shown(sample, before.stacked) is not None
    assert level_shown(early, before.stacked) is None
    members = fit_members(labelled_matrix(sample, SETTINGS), before.oof.names)
    fitted = assemble(members, early, before.stacked)
    rows = np.flatnonzero(labels.weight > 0)
    readiness = fitted.model.readiness(matrix(sample, fitted, rows))
    expected = np.average(labels.y[rows], weights=labels.weight[rows])
    assert np.average(readiness, weights=labels.weight[rows]) == pytest.approx(expected, abs=0.003)


@pytest.mark.parametrize("moving", [False, True])
def test_young_snapshots_show_the_level_where_it_stands_still(sample, before, moving):
    labels, order = sample.labels, sample.snapshots.order
    late = order.argsort().argsort() / order.size
    chance = late if moving else np.full(order.size, 0.3)
    won = (np.random.default_rng(0).random(order.size) < chance).astype(float)
    dealt = replace(sample, labels=replace(labels, y=np.where(np.isnan(labels.y), np.nan, won)))
    rows = (mature if moving else all_known)(dealt).rows
    assert mature(dealt).rows.size < all_known(dealt).rows.size
    assert np.array_equal(level_shown(dealt, before.stacked).snapshots.rows, rows)


def test_two_fits_are_equal(sample, before):
    again = fit_for_window(sample, before.window, SETTINGS)
    assert (again.readiness(sample) == before.readiness(sample)).all()
