"""Forward windows by account folds: every mature snapshot is evaluated once, by strangers."""

from itertools import pairwise

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import fit_window, out_of_fold, windows_before
from training.ensemble.members import column_ranges, fit_members
from training.estimators.candidates import MEMBERS
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))


@pytest.fixture(scope="module")
def history(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    return load_tables(config).history()


@pytest.fixture(scope="module")
def sample(history):
    return Sample.of(history, SETTINGS)


@pytest.fixture(scope="module")
def window(sample):
    return newest(sample.snapshots.order, sample.labels.evaluation_weight)


def fits_before(sample, window):
    return fit_window(labelled_matrix(sample.before(window, SETTINGS), SETTINGS), window)


@pytest.fixture(scope="module")
def fits(sample, window):
    spans = [*windows_before(sample, window.start), window]
    return [fits_before(sample, span) for span in spans]


def test_windows_lie_in_order_and_reach_to_the_test_window(sample, window):
    spans = windows_before(sample, window.start)
    assert 2 <= len(spans) <= 4
    assert all(a.end == b.start for a, b in pairwise(spans))
    assert spans[-1].end == window.start


def test_windows_do_not_depend_on_what_is_known_later(history, sample, window):
    later = history.recorded >= window.start
    turned = {"won": history.won ^ later, "lost": history.lost ^ later}
    other = Sample.of(type(history)(**{**fields_of(history), **turned}), SETTINGS)
    assert windows_before(other, window.start) == windows_before(sample, window.start)


def test_every_mature_snapshot_of_the_windows_is_evaluated_once(sample, fits):
    oof = out_of_fold(sample, fits)
    since = fits[0].window.start
    mature = (sample.labels.evaluation_weight > 0) & (sample.snapshots.order >= since)
    assert (np.sort(oof.rows) == np.flatnonzero(mature)).all()
    assert (oof.weight == sample.labels.evaluation_weight[oof.rows]).all()
    assert np.unique(oof.cell).size == 5 * len(fits)


def test_a_cell_is_one_window_and_one_part(sample, fits):
    oof = out_of_fold(sample, fits)
    of_cell = {*zip(oof.cell.tolist(), oof.window.tolist(), sample.part[oof.rows], strict=True)}
    assert len(of_cell) == 5 * len(fits)
    assert (np.diff(oof.window[np.argsort(oof.cell, kind="stable")]) >= 0).all()


def test_no_outcome_of_a_part_has_a_say_in_the_fit_that_evaluates_it(history, sample, window):
    part = 1
    own = sample.part[np.unique(sample.snapshots.lead, return_index=True)[1]] == part
    turned = {"won": history.won ^ own, "lost": history.lost ^ own}
    other = Sample.of(type(history)(**{**fields_of(history), **turned}), SETTINGS)
    rows = sample.evaluated(window)
    first, second = (fits_before(s, window) for s in (sample, other))
    same = first.parts[part].log_odds(sample, rows) == second.parts[part].log_odds(sample, rows)
    assert same.all()
    assert (first.parts[0].log_odds(sample, rows) != second.parts[0].log_odds(sample, rows)).any()


def test_nothing_after_the_cut_changes_the_fits_before_a_window(history, sample, window):
    """Turn every outcome from the start of the window on: the fits before it stay the same."""
    later = history.recorded >= window.start
    turned = {"won": history.won ^ later, "lost": history.lost ^ later}
    other = Sample.of(type(history)(**{**fields_of(history), **turned}), SETTINGS)
    first, second = (fits_before(s, window) for s in (sample, other))
    rows = first.rows(sample)
    assert (first.log_odds(sample, rows) == second.log_odds(sample, rows)).all()


def fields_of(history):
    return {name: getattr(history, name) for name in type(history).__dataclass_fields__}


def test_a_part_whose_others_hold_too_little_is_not_evaluated(sample, window):
    earlier = sample.before(window, SETTINGS)
    for part in range(1, 5):
        earlier = earlier.without(part)
    fits = fit_window(labelled_matrix(earlier, SETTINGS), window)
    assert sorted(fits.parts) == [1, 2, 3, 4]
    assert (sample.part[fits.rows(sample)] != 0).all()


def test_fits_without_a_part_give_nothing(sample):
    assert out_of_fold(sample, []) is None


def test_members_come_in_the_order_of_their_names_and_repeat(sample):
    data = labelled_matrix(sample, SETTINGS)
    first, again = (fit_members(data) for _ in range(2))
    assert first.names == list(MEMBERS)
    assert (first.log_odds_of(data.X) == again.log_odds_of(data.X)).all()


def test_column_ranges_of_a_column_of_nothing_are_zero():
    low, high = column_ranges(np.array([[np.nan, 1.0], [np.nan, 3.0]]))
    assert low.tolist() == [0.0, pytest.approx(1.02)]
    assert high[0] == 0.0
