"""Whether leads are ranked as well as when the champion was trained."""

import numpy as np
import pytest

from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window
from training.promotion.separation import Fall, Separation, falls, separations
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))


def separations_of(folder, leads):
    sample = Sample.of(load_tables(config_of(folder, leads)).history(), SETTINGS)
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    return separations(sample, fit_for_window(sample, window, SETTINGS).oof, ["Source", "None"])


@pytest.fixture(scope="module")
def intact(tmp_path_factory):
    return separations_of(tmp_path_factory.mktemp("intact"), flat_leads(2000, seed=4))


def test_all_leads_and_each_segment_have_one(intact):
    names = [(part.column, part.name) for part in intact]
    assert names == [("", ""), ("Source", "fair"), ("Source", "list"), ("Source", "web")]
    assert all(0.6 < part.auc < 0.95 for part in intact)


def test_outcomes_shuffled_in_one_segment_are_a_fall_there(intact, tmp_path):
    leads = flat_leads(2000, seed=4)
    rows = np.flatnonzero(leads["Source"] == "fair")
    taken = np.random.default_rng(1).permutation(rows)
    names = ["Stage", "Amount"]
    leads.loc[rows, names] = leads.loc[taken, names].to_numpy()
    now = separations_of(tmp_path, leads)
    found = falls([part.to_dict() for part in intact], now)
    assert ("Source", "fair") in {(fall.column, fall.name) for fall in found}
    assert not {fall.name for fall in found} & {"list", "web"}


def test_the_same_is_no_fall(intact):
    assert falls([part.to_dict() for part in intact], intact) == []
    assert falls([], intact) == []


@pytest.mark.parametrize(("auc", "fell"), [(0.60, True), (0.66, False), (0.80, False)])
def test_a_fall_is_beyond_both_errors(auc, fell):
    """One-sided at 5 %: 1.645 times the error of the difference, 0.0283."""
    before = [Separation("", "", 0.70, 0.02).to_dict()]
    assert bool(falls(before, [Separation("", "", auc, 0.02)])) is fell


def test_a_segment_that_was_not_there_is_no_fall():
    before = [Separation("Source", "web", 0.9, 0.01).to_dict()]
    assert falls(before, [Separation("Source", "fair", 0.5, 0.01)]) == []


def test_a_fall_is_said_with_both_figures():
    assert Fall("Source", "web", 0.8, 0.6).in_words() == (
        "where Source is web the AUC of the forward windows fell from 0.800 to 0.600"
    )
    assert Fall("", "", 0.8, 0.6).in_words().startswith("over all leads the AUC")
