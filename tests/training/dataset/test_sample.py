"""One cut of the history, its parts and its matrix."""

import json

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.validation.windows import test_window as newest


@pytest.fixture(scope="module")
def settings():
    return Settings(("Rating",), (), 30.0, (0.0,))


@pytest.fixture(scope="module")
def sample(tmp_path_factory, settings):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    return Sample.of(load_tables(config).history(), settings)


def test_settings_survive_json(settings):
    assert Settings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_settings_leave_out_what_may_never_be_a_feature(tmp_path):
    config = config_of(tmp_path, flat_leads(30), target={"horizon_days": 20})
    settings = Settings.of(config)
    assert {"Rating", "Stage", "Closed", "Amount", "Account", "Id"} <= set(settings.exclude)
    assert settings.horizon_days == 20.0


def test_without_a_part_its_snapshots_weigh_nothing(sample):
    without = sample.without(2)
    gone = sample.part == 2
    assert (without.labels.weight[gone] == 0).all()
    assert (without.labels.evaluation_weight[gone] == 0).all()
    assert (without.labels.weight[~gone] == sample.labels.weight[~gone]).all()


def test_the_others_of_a_matrix_hold_no_row_of_the_part(sample, settings):
    data = labelled_matrix(sample, settings)
    others = [data.others(part) for part in range(5)]
    assert sum(rest.y.size for rest in others) == 4 * data.y.size
    assert all(part not in rest.part for part, rest in enumerate(others))
    expected = labelled_matrix(sample.without(3), settings)
    assert (others[3].y == expected.y).all()
    assert (others[3].weight == expected.weight).all()


def test_too_few_outcomes_are_not_fitted_on(sample, settings):
    few = sample
    for part in range(5):
        few = few.without(part)
    assert labelled_matrix(few, settings) is None


def test_mature_snapshots_alone_weigh_as_in_an_evaluation(sample, settings):
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    earlier = sample.before(window, settings)
    every = labelled_matrix(earlier, settings)
    mature = labelled_matrix(earlier, settings, mature_only=True)
    assert 0 < mature.y.size < every.y.size
    assert mature.weight == pytest.approx(np.ones(mature.y.size))


def test_mature_snapshots_are_those_whose_time_has_come(sample):
    labels = sample.labels
    mature = labels.evaluation_weight > 0
    assert (labels.matures_at[mature] <= sample.history.until).all()
    assert (labels.known_at[mature] <= labels.matures_at[mature]).all()
