"""The losses of the recipe on the forward windows, at free levels and at those that ship."""

import dataclasses

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import forward_folds
from training.ensemble.forward_window import ForwardWindow
from training.ensemble.members import fit_members
from training.estimators.candidates import affordable
from training.estimators.tuning import Tuning
from training.leakage.probe_losses import ProbeLosses

SETTINGS = Settings(("Rating",), (), None, (0.0,))


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(1_200))
    return Sample.of(load_tables(config).history(), SETTINGS)


@pytest.fixture(scope="module")
def windows(sample):
    return [ForwardWindow.of(sample, fold) for fold in forward_folds(sample, SETTINGS)]


@pytest.fixture(scope="module")
def fits(sample, windows):
    names = affordable(sample.labels.y)[:6]
    return [fit_members(window.matrix, names, Tuning.usual(300)) for window in windows]


@pytest.fixture(scope="module")
def found(fits, windows):
    return ProbeLosses.of(fits, windows)


def moved(windows, by):
    """The same windows, won less often before them: other odds of a win by so much."""
    rng = np.random.default_rng(0)
    return [
        dataclasses.replace(
            window,
            matrix=dataclasses.replace(
                window.matrix, y=window.matrix.y * (rng.random(window.matrix.y.size) < by)
            ),
        )
        for window in windows
    ]


def test_no_level_loses_less_than_a_free_one(found, fits, windows):
    free, _ = found.mean(found.beside_free_levels())
    shipped, _ = found.mean(found.as_shipped(fits, windows))
    assert free <= shipped < 1.03 * free


def test_the_level_that_ships_is_that_of_what_came_before(found, fits, windows):
    """The windows stay as they are, so a free level sees nothing of it."""
    lower = found.as_shipped(fits, moved(windows, 0.3))
    shipped, _ = found.mean(found.as_shipped(fits, windows))
    assert found.mean(lower)[0] > 1.1 * shipped
    assert (lower > found.as_shipped(fits, windows))[found.oof.y == 1].all()


def test_the_level_of_a_window_knows_nothing_of_later_ones(found, fits, windows):
    first, now = found.oof.fold == 0, found.as_shipped(fits, windows)
    later = found.as_shipped(fits, [windows[0], *moved(windows[1:], 0.3)])
    assert later[first] == pytest.approx(now[first])
    assert not np.allclose(later[~first], now[~first])
