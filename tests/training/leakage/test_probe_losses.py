"""The losses of the recipe on the forward windows, at free offsets and at those that ship."""

import dataclasses

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fold_sample import FoldSample
from training.ensemble.forward import forward_folds
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
def folds(sample):
    return [FoldSample.of(sample, fold) for fold in forward_folds(sample, SETTINGS)]


@pytest.fixture(scope="module")
def fits(sample, folds):
    names = affordable(sample.labels.y)[:6]
    return [fit_members(fold.matrix, names, Tuning.default(300)) for fold in folds]


@pytest.fixture(scope="module")
def probe_losses(fits, folds):
    return ProbeLosses.of(fits, folds)


def moved(folds, by):
    """The same windows, won less often before them: other odds of a win by so much."""
    rng = np.random.default_rng(0)
    return [
        dataclasses.replace(
            fold,
            matrix=dataclasses.replace(
                fold.matrix, y=fold.matrix.y * (rng.random(fold.matrix.y.size) < by)
            ),
        )
        for fold in folds
    ]


def test_no_offset_loses_less_than_a_free_one(probe_losses, fits, folds):
    free, _ = probe_losses.oof.mean(probe_losses.with_free_offsets())
    shipped, _ = probe_losses.oof.mean(probe_losses.as_shipped(fits, folds))
    assert free <= shipped < 1.03 * free


def test_the_offset_that_ships_is_that_of_what_came_before(probe_losses, fits, folds):
    """The windows stay as they are, so a free offset sees nothing of it."""
    lower = probe_losses.as_shipped(fits, moved(folds, 0.3))
    shipped, _ = probe_losses.oof.mean(probe_losses.as_shipped(fits, folds))
    assert probe_losses.oof.mean(lower)[0] > 1.1 * shipped
    assert (lower > probe_losses.as_shipped(fits, folds))[probe_losses.oof.y == 1].all()


def test_the_offset_of_a_window_does_not_depend_on_later_windows(probe_losses, fits, folds):
    first, now = probe_losses.oof.fold == 0, probe_losses.as_shipped(fits, folds)
    later = probe_losses.as_shipped(fits, [folds[0], *moved(folds[1:], 0.3)])
    assert later[first] == pytest.approx(now[first])
    assert not np.allclose(later[~first], now[~first])
