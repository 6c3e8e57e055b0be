"""The search for hyper-parameters."""

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.forward import forward_folds
from training.ensemble.search import Effort, search
from training.estimators.candidates import affordable
from training.estimators.tuning import Tuning
from training.fit import fit_for_window
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))
RARER = 400.0


def silent(_label, _share):
    pass


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(700))
    return Sample.of(load_tables(config).history(), SETTINGS)


@pytest.fixture(scope="module")
def names(sample):
    return affordable(sample.labels.y)


@pytest.fixture(scope="module")
def folds(sample):
    return forward_folds(sample, SETTINGS)[:2]


@pytest.fixture(scope="module")
def searched(sample, folds, names):
    return search(sample, folds, names, RARER, Effort(3), silent)


def test_the_first_trial_is_what_is_used_without_a_search(searched):
    first = searched.trials[0]
    assert first.tuning == Tuning.default(RARER)
    assert (first.gain, first.error) == (0.0, 0.0)


def test_a_trial_tells_the_loss_of_each_fold(searched, folds):
    for trial in searched.trials:
        assert len(trial.losses) == len(folds)
        assert min(trial.losses) <= trial.loss <= max(trial.losses)
        assert trial.gain == pytest.approx(searched.trials[0].loss - trial.loss, abs=1e-12)


def test_what_is_chosen_is_the_first_or_surely_better(searched):
    chosen = next(trial for trial in searched.trials if trial.tuning == searched.tuning)
    assert chosen.number == 0 or chosen.gain > 1.48 * chosen.error


def test_the_same_number_of_trials_repeats(sample, folds, names, searched):
    again = search(sample, folds, names, RARER, Effort(len(searched.trials)), silent)
    assert again.tuning == searched.tuning
    assert [t.loss for t in again.trials] == [t.loss for t in searched.trials]


def test_time_may_only_stop_early(sample, folds, names, searched, monkeypatch):
    """A deadline that has passed leaves the first trial, and what was planned is told."""
    monkeypatch.setattr("training.ensemble.search.OUTCOMES_A_TRIAL", 10)
    stopped = search(sample, folds, names, RARER, Effort(deadline=0.0), silent)
    assert len(stopped.trials) == 1
    assert stopped.planned > 1
    asked = search(sample, folds, names, RARER, Effort(2, deadline=0.0), silent)
    assert [t.loss for t in asked.trials] == [t.loss for t in searched.trials[:2]]


def test_few_judged_outcomes_bear_no_search(sample, folds, names):
    few = search(sample, folds, names, RARER, Effort(), silent)
    assert few.trials == []
    assert few.tuning == Tuning.default(RARER)


def test_nothing_is_searched_without_a_fold_or_when_asked_not_to(sample, folds, names):
    assert search(sample, [], names, RARER, Effort(), silent).trials == []
    assert search(sample, folds, names, RARER, Effort(0), silent).trials == []


def test_given_hyper_parameters_are_used(sample):
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    given = Tuning(Tuning.default(RARER).size, RARER, spread=0.5, half_life=1.0)
    fit = fit_for_window(sample, window, SETTINGS, tuning=given)
    assert fit.search.tuning == given
    assert fit.search.trials == []
    default = fit_for_window(sample, window, SETTINGS, effort=Effort(0))
    X = np.random.default_rng(0).normal(size=(20, 2))
    assert (fit.fitted.model.readiness(X) != default.fitted.model.readiness(X)).any()
