"""What columns say for winning, each half of the accounts by the other."""

import numpy as np
import pytest

from benchmarks.inputs.leadforge import bare
from benchmarks.inputs.weak_leak_worlds import Nature, weak_world
from training.leakage.past import Past
from training.leakage.scores import ColumnScores


@pytest.fixture(scope="module")
def past():
    return Past.of(weak_world(Nature(leads=3_000, base_rate=0.3), 5).history, bare([0]))


def scored(past, **columns):
    lead = past.place[past.labelled.lead]
    texts = {name: np.asarray(values, dtype=object) for name, values in columns.items()}
    return ColumnScores(texts, past.labelled, lead, past.whole.accounts)


def test_the_outcome_itself_discriminates_perfectly_and_noise_not_at_all(past):
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 500, len(past.whole)).astype(str)
    scores = scored(past, outcome=np.where(past.whole.won, "w", "l"), noise=noise)
    assert scores.auc(["outcome"]) == pytest.approx(1.0)
    assert scores.auc(["noise"]) == pytest.approx(0.5, abs=0.04)
    assert scores.auc([]) == 0.5


def test_no_lead_speaks_for_itself(past):
    ids = past.whole.lead_ids
    parts = scored(past, id=ids).parts(["id"])
    assert np.ptp(parts) == pytest.approx(0.0, abs=1e-9)


def test_parts_are_one_column_each_in_the_order_asked_for(past):
    texts = past.whole.columns
    scores = scored(past, a=texts["Source"], b=texts["Job Title"])
    both, turned = scores.parts(["a", "b"]), scores.parts(["b", "a"])
    assert both.shape == (len(past.whole), 2)
    assert both == pytest.approx(turned[:, ::-1])


def test_two_columns_discriminate_better_than_either(past):
    texts = past.whole.columns
    scores = scored(past, a=texts["Source"], b=texts["Job Title"])
    assert scores.auc(["a", "b"]) > max(scores.auc(["a"]), scores.auc(["b"]))
