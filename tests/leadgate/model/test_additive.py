"""The additive member against NumPy's own interpolation."""

import numpy as np
import pytest

from leadgate.model import AdditiveMember, Shape


def _member(rng, numbers=5, categories=2):
    shapes = [
        Shape(np.sort(rng.normal(size=m)), rng.normal(size=m), rng.normal())
        for m in rng.integers(1, 9, numbers)
    ]
    shapes += [Shape.table(rng.normal(size=m)) for m in rng.integers(2, 12, categories)]
    return AdditiveMember(shapes, bias=0.3)


def _rows(rng, n, numbers=5, categories=2):
    X = np.hstack([rng.normal(scale=3, size=(n, numbers)), rng.integers(0, 2, (n, categories))])
    X[rng.random(X.shape) < 0.2] = np.nan
    return X


@pytest.mark.parametrize("n", [1, 30, 20_000])
def test_contributions_are_the_interpolated_values(n):
    rng = np.random.default_rng(n)
    member, X = _member(rng), _rows(rng, n)
    expected = [
        np.where(np.isnan(x), s.missing, np.interp(x, s.knots, s.values))
        for x, s in zip(X.T, member.shapes, strict=True)
    ]
    np.testing.assert_allclose(member.contributions(X), np.transpose(expected), atol=1e-12)


def test_one_row_equals_many():
    rng = np.random.default_rng(1)
    member, X = _member(rng), _rows(rng, 20_000)
    alone = [member.log_odds(X[i : i + 1])[0] for i in range(50)]
    np.testing.assert_allclose(member.log_odds(X)[:50], alone, rtol=0, atol=1e-12)


def test_margin_is_bias_plus_contributions():
    rng = np.random.default_rng(2)
    member, X = _member(rng), _rows(rng, 100)
    np.testing.assert_allclose(member.log_odds(X), 0.3 + member.contributions(X).sum(axis=1))


def test_shape_is_constant_beyond_its_ends_even_at_infinity():
    member = AdditiveMember([Shape([1.0, 2.0, 1e9], [-1.0, 0.5, 4.0], missing=7.0)], bias=0.0)
    X = np.array([[-np.inf], [0.0], [1.5], [2.0], [1e12], [np.inf], [np.nan]])
    np.testing.assert_array_equal(member.log_odds(X), [-1, -1, -0.25, 0.5, 4, 4, 7])


def test_table_gives_each_code_its_value_and_the_last_to_missing():
    member = AdditiveMember([Shape.table([0.1, 0.2, 0.3, -9.0])], bias=0.0)
    np.testing.assert_array_equal(
        member.log_odds(np.array([[0.0], [1.0], [2.0], [np.nan]])), [0.1, 0.2, 0.3, -9.0]
    )


def test_json_round_trip_is_exact():
    rng = np.random.default_rng(3)
    member, X = _member(rng), _rows(rng, 100)
    again = AdditiveMember.from_dict(member.to_dict())
    np.testing.assert_array_equal(again.log_odds(X), member.log_odds(X))


@pytest.mark.parametrize(
    ("knots", "values", "fault"),
    [
        ([], [], "at least one"),
        ([0.0, 1.0], [0.0], "as many values as knots"),
        ([1.0, 1.0], [0.0, 1.0], "ascend"),
        ([0.0, np.nan], [0.0, 1.0], "finite"),
        ([0.0], [np.inf], "finite"),
    ],
)
def test_impossible_shape_is_refused(knots, values, fault):
    with pytest.raises(ValueError, match=fault):
        Shape(knots, values)
