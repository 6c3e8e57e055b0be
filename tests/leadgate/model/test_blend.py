"""The blend and its boosted member: contributions sum to the margin."""

import lightgbm
import numpy as np
import pytest

from leadgate.model import AdditiveMember, Blend, BoostedMember, Calibration, Model, Shape


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(400, 3))
    rows[:, 2] = rng.integers(0, 4, 400)
    rows[rng.random(rows.shape) < 0.1] = np.nan
    return rows


@pytest.fixture(scope="module")
def boosted(rows):
    y = (np.nan_to_num(rows[:, 0]) + (rows[:, 2] == 1) > 0.5).astype(float)
    data = lightgbm.Dataset(rows, y, categorical_feature=[2], params={"verbosity": -1})
    params = {"objective": "binary", "num_leaves": 5, "verbosity": -1, "num_threads": 1}
    return BoostedMember(lightgbm.train(params, data, 20).model_to_string())


@pytest.fixture(scope="module")
def additive():
    shapes = [Shape([-1, 0, 1], [0.5, 0, -0.5], 0.1), Shape([0], [0]), Shape.table(range(5))]
    return AdditiveMember(shapes, bias=-1.0)


def test_boosted_contributions_and_bias_sum_to_the_margin(boosted, rows):
    total = boosted.bias + boosted.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(total, boosted.log_odds(rows), atol=1e-9)


def test_boosted_reads_its_own_text(boosted, rows):
    again = BoostedMember(boosted.text)
    np.testing.assert_array_equal(again.log_odds(rows), boosted.log_odds(rows))


def test_blend_is_the_weighted_sum(boosted, additive, rows):
    blend = Blend([additive, boosted], [0.75, 0.5], intercept=0.2)
    np.testing.assert_allclose(
        blend.log_odds(rows), 0.2 + 0.75 * additive.log_odds(rows) + 0.5 * boosted.log_odds(rows)
    )


def test_model_contributions_and_bias_sum_to_the_log_odds_of_the_readiness(boosted, additive, rows):
    model = Model(Blend([additive, boosted], [0.75, 0.5], 0.2), Calibration(-0.3, 0.8))
    p = model.readiness(rows)
    total = model.bias + model.contributions(rows).sum(axis=1)
    np.testing.assert_allclose(total, np.log(p / (1 - p)), atol=1e-6)


def test_base_rate_model_gives_everyone_the_rate_and_no_reason(rows):
    model = Model.base_rate(0.07)
    np.testing.assert_allclose(model.readiness(rows), 0.07)
    assert not model.contributions(rows).any()
    assert not model.has_signal


@pytest.mark.parametrize("rate", [0.0, 1.0, float("nan")])
def test_base_rate_must_be_a_probability(rate):
    with pytest.raises(ValueError, match="between 0 and 1"):
        Model.base_rate(rate)


@pytest.mark.parametrize(
    ("weights", "fault"), [([1.0], "one weight per member"), ([1.0, -0.1], "not negative")]
)
def test_impossible_blend_is_refused(additive, boosted, weights, fault):
    with pytest.raises(ValueError, match=fault):
        Blend([additive, boosted], weights)
