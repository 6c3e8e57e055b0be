"""One cut of the history -> fitted members, with nothing of what came after."""

import dataclasses
import json
from itertools import pairwise

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import assemble, forward_fits, forward_folds, out_of_fold, shares_of
from training.ensemble.members import column_ranges, fit_members
from training.ensemble.stacking import evenly
from training.estimators.candidates import affordable, families
from training.estimators.tuning import Tuning
from training.fit import fit_for_window, refit
from training.validation.windows import test_window as newest

DEFAULT = Tuning.default(300)


@pytest.fixture(scope="module")
def settings():
    return Settings(("Rating",), (), 30.0, (0.0,))


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    return load_tables(config).history()


@pytest.fixture(scope="module")
def sample(history, settings):
    return Sample.of(history, settings)


@pytest.fixture(scope="module")
def names(sample):
    return affordable(sample.labels.y)


@pytest.fixture(scope="module")
def window(sample):
    newest_window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    assert newest_window is not None
    return newest_window


def test_settings_survive_json(settings):
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_settings_leave_out_what_may_never_be_a_feature(tmp_path):
    config = config_of(tmp_path, flat_leads(30), target={"horizon_days": 20})
    settings = Settings.of(config)
    assert {"Rating", "Stage", "Closed", "Amount", "Account", "Id"} <= set(settings.exclude)
    assert settings.horizon_days == 20.0


def test_members_judge_no_account_that_they_have_seen(sample, window, settings):
    evaluated = np.unique(sample.account[sample.evaluated(window)])
    everyone = Sample.of(sample.history.cut(window.start), settings)
    without = labelled_matrix(sample.before(window, settings), settings)
    all_of_them = labelled_matrix(everyone, settings)
    assert without is not None
    assert all_of_them is not None
    seen = everyone.labels.weight > 0
    kept = seen & ~np.isin(everyone.account, sample.held_out(window))
    assert not np.isin(everyone.account[kept], evaluated).any()
    assert without.y.size == kept.sum() < all_of_them.y.size


def test_too_few_outcomes_are_not_fitted_on(sample, settings):
    nobody = Sample.of(sample.history, settings, np.unique(sample.account))
    assert labelled_matrix(nobody, settings) is None


def test_nothing_after_the_cut_changes_the_fit_before_a_window(history, window, settings, names):
    """Turn every outcome from the start of the window on: the fit before it stays the same."""
    later = history.recorded >= window.start
    turned = {"won": history.won ^ later, "lost": history.lost ^ later}
    other = Sample.of(type(history)(**{**vars_of(history), **turned}), settings)
    sample = Sample.of(history, settings)
    first, second = (
        fit_members(labelled_matrix(cut.before(window, settings), settings), names, DEFAULT)
        for cut in (sample, other)
    )
    rows = sample.evaluated(window)
    assert (first.log_odds(sample, rows) == second.log_odds(sample, rows)).all()


def vars_of(history):
    return {name: getattr(history, name) for name in type(history).__dataclass_fields__}


def test_forward_windows_lie_in_order_and_before_the_end(sample, settings, names):
    fits = forward_fits(forward_folds(sample, settings), names, DEFAULT)
    windows = [window for window, _ in fits]
    assert 2 <= len(windows) <= 4
    assert all(a.end <= b.start for a, b in pairwise(windows))
    rows = [members.rows for _, members in fits]
    assert rows == sorted(rows)


def test_out_of_fold_leaves_accounts_out(sample, settings, names):
    fits = forward_fits(forward_folds(sample, settings), names, DEFAULT)
    every = out_of_fold(sample, fits)
    account = every.account[0]
    fewer = out_of_fold(Sample.of(sample.history, settings, np.array([account])), fits)
    assert account not in fewer.account
    assert fewer.y.size == (every.account != account).sum()


def test_no_window_leaves_one_member_as_it_was_fitted(sample, settings, names):
    members = fit_members(labelled_matrix(sample, settings), names, DEFAULT)
    fitted = assemble(members, sample, None, None)
    rows = np.flatnonzero(sample.labels.weight > 0)
    at = sample.snapshots.take(rows)
    p = fitted.model.readiness(fitted.feature_set.matrix(sample.history, at.lead, at.as_of))
    weight = sample.labels.weight[rows]
    expected = np.average(sample.labels.y[rows], weights=weight)
    assert np.average(p, weights=weight) == pytest.approx(expected, abs=0.003)
    assert fitted.model.calibration.slope == 1.0


def test_the_refit_uses_everything_and_the_same_members(sample, window, settings):
    before = fit_for_window(sample, window, settings)
    shipped, members, oof = refit(sample, window, settings, before)
    assert members.names == before.members.names
    assert members.rows > before.members.rows
    assert set(sample.evaluated(window)) <= set(oof.rows)
    assert shipped.model.has_signal


def test_two_fits_are_equal(sample, window, settings):
    X = np.random.default_rng(0).normal(size=(50, 2))
    first, second = (fit_for_window(sample, window, settings) for _ in range(2))
    assert (first.fitted.model.readiness(X) == second.fitted.model.readiness(X)).all()


def test_column_ranges_of_a_column_of_nothing_are_zero():
    low, high = column_ranges(np.array([[np.nan, 1.0], [np.nan, 3.0]]))
    assert low.tolist() == [0.0, pytest.approx(1.02)]
    assert high[0] == 0.0


def test_families_share_alike_where_none_of_them_helped(sample, settings, names):
    fits = forward_fits(forward_folds(sample, settings), names, DEFAULT)
    oof = out_of_fold(sample, fits)
    members = fits[-1][1]
    assert len(set(shares_of(members, oof))) > 1
    wrong = dataclasses.replace(oof, log_odds=-oof.log_odds)
    assert shares_of(members, wrong) == pytest.approx(evenly(families(names)))
