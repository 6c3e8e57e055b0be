"""An even sample."""

import numpy as np
import pytest

from training.even_sample import even_sample


@pytest.mark.parametrize("n", [0, 1, 99, 100, 101, 199, 200, 1_234])
def test_even_sample_leaves_at_most_so_many_and_more_than_half_of_them(n):
    rows = np.arange(n)
    some = even_sample(rows, 100)
    assert some.size <= 100
    assert some.size > min(n, 100) / 2 or n == 0


def test_even_sample_of_few_is_all_of_them():
    rows = np.array([5, 3, 9])
    np.testing.assert_array_equal(even_sample(rows, 3), rows)


def test_even_sample_is_spread_evenly():
    assert set(np.diff(even_sample(np.arange(1_000), 300))) == {4}
