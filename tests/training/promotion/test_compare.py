"""Another model, or its recipe, on the leads of a test window."""

import dataclasses

import pytest

from features.parsing.times import iso
from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.evaluate import gain, view
from training.fit import fit_for_window
from training.promotion.compare import as_registered, knew_nothing, readiness_by
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
    fit = fit_for_window(sample, window, SETTINGS)
    evaluated = view(sample, fit.rows, fit.readiness(sample), [])
    return sample, window, fit, evaluated


def champion(fit, settings, until):
    meta = {"settings": settings.to_dict(), "data_until": until}
    return Champion(fit.fitted.feature_set.to_dict(), fit.fitted.model, meta)


def test_the_same_recipe_says_the_same(case):
    sample, window, fit, evaluated = case
    same = champion(fit, SETTINGS, iso(sample.history.until))
    theirs = readiness_by(same, sample, window, fit.rows, evaluated, SETTINGS)
    assert theirs is evaluated.readiness


def test_a_champion_without_the_best_column_is_refitted_and_beaten(case):
    sample, window, fit, evaluated = case
    settings = dataclasses.replace(SETTINGS, exclude=("Rating", "Size"))
    poorer = champion(fit, settings, iso(sample.history.until))
    theirs = readiness_by(poorer, sample, window, fit.rows, evaluated, SETTINGS)
    assert gain(evaluated, theirs).low > 0


def test_a_champion_that_knew_nothing_of_the_window_is_judged_as_it_is(case):
    sample, window, fit, evaluated = case
    same = champion(fit, SETTINGS, iso(window.start - 1))
    theirs = readiness_by(same, sample, window, fit.rows, evaluated, SETTINGS)
    at = sample.snapshots.take(fit.rows)
    X = fit.fitted.feature_set.matrix(sample.history, at.lead, at.as_of)
    assert (theirs == fit.fitted.model.readiness(X)).all()


@pytest.mark.parametrize(("days", "knew"), [(-1, True), (0, False), (1, False)])
def test_it_knew_nothing_when_its_data_ended_before_the_window(case, days, knew):
    sample, window, _, _ = case
    until = iso(window.start + days * 86_400_000_000)
    assert knew_nothing({"data_until": until}, sample, window) is knew


@pytest.mark.parametrize(("days", "as_it_is"), [(30.0, True), (60.0, False)])
def test_only_a_promise_for_the_same_horizon_is_judged_as_it_is(case, days, as_it_is):
    sample, window, fit, _ = case
    other = champion(fit, dataclasses.replace(SETTINGS, horizon_days=days), iso(window.start - 1))
    assert as_registered(other, sample, window, SETTINGS) is as_it_is


def test_without_dates_nobody_can_tell(case):
    sample, window, _, _ = case
    assert not knew_nothing({"data_until": None}, sample, window)
