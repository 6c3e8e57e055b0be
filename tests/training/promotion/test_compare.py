"""The recipe of another model, fitted again beside a challenger."""

import dataclasses

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import gain, view
from training.fit import fit_for_window
from training.promotion.compare import fit_of_recipe, readiness, shared_rows
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))


@dataclasses.dataclass
class Champion:
    """The parts of a bundle that a comparison reads."""

    features: dict
    model: object
    meta: dict


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900))
    sample = Sample.of(load_tables(config).history(), SETTINGS)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    return sample, fit_for_window(sample, window, SETTINGS)


def champion(fit, settings, **features):
    """A registered model; `features` replaces parts of its feature set."""
    meta = {"settings": settings.to_dict(), "export": {"data": {"activities": []}}}
    return Champion(fit.fitted.feature_set.to_dict() | features, fit.fitted.model, meta)


@pytest.mark.parametrize(
    "settings",
    [
        SETTINGS,
        dataclasses.replace(SETTINGS, exclude=("Rating", "Not in the export")),
        dataclasses.replace(SETTINGS, horizon_days=60.0),
    ],
)
def test_the_same_recipe_is_not_fitted_again(case, settings):
    """What the data do not have changes nothing, and both predict for the same horizon."""
    sample, ours = case
    assert fit_of_recipe(champion(ours, settings), sample, ours, SETTINGS) is ours


def test_a_recipe_without_the_best_column_is_fitted_on_the_same_parts_and_beaten(case):
    sample, ours = case
    poorer = dataclasses.replace(SETTINGS, exclude=("Rating", "Size"))
    theirs = fit_of_recipe(champion(ours, poorer), sample, ours, SETTINGS)
    assert theirs.window == ours.window
    assert theirs.parts.keys() == ours.parts.keys()
    rows = shared_rows(ours, theirs)
    assert np.array_equal(rows, ours.rows)
    evaluated = view(sample, rows, ours.readiness(sample), [])
    assert gain(evaluated, theirs.readiness(sample)).low > 0


def test_a_column_that_its_export_did_not_have_is_no_feature_of_it(case):
    sample, ours = case
    known = [f for f in ours.fitted.feature_set.to_dict()["features"] if f["source"] != "Size"]
    older = champion(ours, SETTINGS, features=known)
    theirs = fit_of_recipe(older, sample, ours, SETTINGS)
    assert "Size" not in {f.source for f in theirs.fitted.feature_set.features_}


def test_a_bundle_and_a_fit_give_the_same_readiness(case):
    sample, ours = case
    registered = champion(ours, SETTINGS)
    assert np.array_equal(
        readiness(registered, sample, ours.rows), readiness(ours.fitted, sample, ours.rows)
    )
