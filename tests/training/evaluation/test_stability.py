"""In how many leads two models name the same first reason."""

import math

import numpy as np
import pytest

from features.aggregation.definitions import Feature
from training.evaluation.importance import Explained
from training.evaluation.stability import fact_shares, first_reason_kept

FEATURES = [Feature(name, "number", name, scope="column") for name in ("a", "b", "c")]


def explained(parts, features=FEATURES):
    parts = np.array(parts, dtype=float)
    return Explained(list(features), {}, np.ones(parts.shape), parts)


def test_the_same_fact_with_the_same_sign_is_the_same_reason():
    first = explained([[1, 0.2, 0], [0, -1, 0.5], [0.1, 0.2, 0.3], [0, 0, -1]])
    second = explained([[0.5, 0.4, 0], [0, 1, 0.5], [0.3, 0.2, 0.1], [0, 0.5, -0.6]])
    assert first_reason_kept(first, second) == pytest.approx(0.5)
    assert first_reason_kept(first, first) == 1.0


def test_models_may_have_other_features():
    first = explained([[1, 0, 0], [0, 0, 1]])
    second = explained([[0, 1], [1, 0]], [FEATURES[2], FEATURES[0]])
    assert first_reason_kept(first, second) == 1.0


def test_the_share_of_a_fact_is_what_moves_leads_around_its_mean():
    shares = fact_shares(explained([[2, 1, 5], [-2, -1, 5]]))
    assert shares == pytest.approx({"a": 2 / 3, "b": 1 / 3, "c": 0.0})
    assert fact_shares(None) == {}


def test_a_base_rate_has_no_reason():
    assert math.isnan(first_reason_kept(None, explained([[1, 0, 0]])))
