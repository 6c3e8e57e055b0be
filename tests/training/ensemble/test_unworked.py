"""The second arm of a fit that ships, in worlds whose uplift is known."""

import numpy as np
import pytest

from tests.training.queues import HORIZON, queue
from training.dataset.matrix import labelled_matrix
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.assemble import assemble
from training.ensemble.members import fit_members
from training.ensemble.stacking import stack

AGES = (0.0, 7.0, 14.0, 30.0, 60.0)
SETTINGS = Settings((), (), HORIZON, AGES, seen_by_sales=("Rating",))


def shipped(history):
    """The fit of everything, and the features of the leads that wait for sales."""
    sample = Sample.of(history, SETTINGS)
    fitted = assemble(fit_members(labelled_matrix(sample, SETTINGS)), sample, stack(None))
    at = sample.unworked.snapshots
    return fitted, fitted.feature_set.matrix(history, at.lead, at.as_of)


@pytest.mark.parametrize("seed", range(3))
def test_where_sales_has_no_effect_the_uplift_holds_none(seed):
    history, _ = queue(2500, seed, weekly=(0.1, 0.1), won=(0.2, 0.2))
    fitted, X = shipped(history)
    _, _, low, high = fitted.model.uplift(X).T
    assert low.mean() < 0 < high.mean()


def test_the_chance_of_leads_left_alone_is_that_of_the_law():
    history, truth = queue(4000, 1, weekly=(0.05, 0.2), won=(0.1, 0.4))
    fitted, _ = shipped(history)
    X = fitted.feature_set.matrix(history, np.arange(len(history)), history.created)
    assert fitted.model.readiness_unworked(X).mean() == pytest.approx(truth, abs=0.04)


def test_what_work_adds_is_found():
    history, _ = queue(4000, 2, weekly=(0.1, 0.1), won=(0.1, 0.1), added=0.4)
    fitted, X = shipped(history)
    _, uplift, low, _ = fitted.model.uplift(X).T
    assert uplift.mean() == pytest.approx(0.36, abs=0.08)
    assert low.mean() > 0.2


def test_without_overlap_there_is_no_second_arm():
    history, _ = queue(2500, weekly=(1e-6, 0.999))
    sample = Sample.of(history, SETTINGS)
    assert sample.unworked.refused
    assert labelled_matrix(sample, SETTINGS) is None or not shipped(history)[0].model.unworked


def test_equal_data_give_an_equal_arm():
    history, _ = queue(2000, 3, weekly=(0.1, 0.1), added=0.3)
    first, again = (shipped(history)[0].model.unworked.to_dict() for _ in range(2))
    assert first == again
