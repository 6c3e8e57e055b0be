"""Whether what the champion saw when it was trained reads the same in a later export."""

from types import SimpleNamespace

import numpy as np
import pytest

from features.parsing.times import iso
from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.fit import fit_for_window
from training.packaging.drift import Shift
from training.packaging.reference import reference
from training.promotion.champion import Champion
from training.promotion.past import SAME_LOSS, Look, Past, look, past
from training.validation.windows import test_window as newest

SETTINGS = Settings(("Rating",), (), 30.0, (0.0,))
RNG = np.random.default_rng(3)


def sample_of(folder, leads):
    return Sample.of(load_tables(config_of(folder, leads)).history(), SETTINGS)


@pytest.fixture(scope="module")
def champion(tmp_path_factory):
    """A model of the first part of the leads, as its registry gives it."""
    sample = sample_of(tmp_path_factory.mktemp("then"), flat_leads(2000, seed=4)[:1900])
    window = newest(sample.snapshots.order, sample.labels.evaluation_weight)
    fitted = fit_for_window(sample, window, SETTINGS).fitted
    bundle = SimpleNamespace(
        features=fitted.feature_set.to_dict(),
        model=fitted.model,
        reference=reference(fitted.feature_set, fitted.model, sample.history),
        meta={
            "test_window": [window.start, window.end],
            "data_until": iso(sample.history.until),
        },
    )
    evidence = {"look": look(fitted, sample, window).to_dict()}
    return Champion(bundle, "1", lambda: bundle, evidence)


def shuffled(values):
    return RNG.permutation(values.to_numpy())


def test_an_export_with_more_leads_reads_the_same_past(champion, tmp_path):
    seen = past(champion, sample_of(tmp_path, flat_leads(2000, seed=4)))
    assert seen.now == seen.then
    assert seen.changed == ""


@pytest.mark.parametrize(
    ("column", "broken", "words"),
    [
        ("Source", lambda values: None, "values are others now: Source"),
        ("Source", lambda values: values + " (new)", "values are others now: Source"),
        ("Source", shuffled, "its log loss was"),
        ("Stage", shuffled, "its log loss was"),
    ],
    ids=["emptied", "renamed", "of other leads", "outcomes of other leads"],
)
def test_damage_to_the_past_is_seen(champion, tmp_path, column, broken, words):
    leads = flat_leads(2000, seed=4)
    leads[column] = broken(leads[column])
    assert words in past(champion, sample_of(tmp_path, leads)).changed


def test_an_export_that_lost_its_newest_leads_ends_before(champion, tmp_path):
    leads = flat_leads(2000, seed=4)[:1700]
    assert "the export ends before" in past(champion, sample_of(tmp_path, leads)).changed


@pytest.mark.parametrize("gone", ["look", "fit"])
def test_a_champion_without_a_look_or_a_fit_is_not_asked(champion, gone):
    evaluated = (lambda: None) if gone == "fit" else champion.evaluated
    without = Champion(champion.bundle, "1", evaluated, {} if gone == "look" else champion.evidence)
    assert past(without, None) == Past()


def test_nothing_evaluated_in_the_window_is_a_change():
    assert "nothing is evaluated there now" in Past(Look(100, 0.5), None).changed


@pytest.mark.parametrize(("share", "changed"), [(0.9, False), (1.1, True)])
@pytest.mark.parametrize("sign", [-1, 1])
def test_a_loss_that_moved_either_way_is_a_change_beyond_its_bound(share, changed, sign):
    now = Look(100, 0.5 * (1 + sign * share * SAME_LOSS))
    assert bool(Past(Look(100, 0.5), now).changed) is changed


def test_many_columns_are_counted_not_listed():
    columns = [Shift(name, 2.0, 0.0, 0.1) for name in "abcde"]
    words = Past(Look(1, 0.5), Look(1, 0.5), columns).changed
    assert words.endswith("a (PSI 2.00), b (PSI 2.00), c (PSI 2.00) and 2 more")
