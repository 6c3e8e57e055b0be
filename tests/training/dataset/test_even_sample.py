"""An even sample."""

import numpy as np
import pytest

from training.dataset.even_sample import even_sample


@pytest.mark.parametrize("n", [0, 1, 99, 100, 101, 199, 200, 1_234])
def test_even_sample_holds_as_many_as_it_may_in_their_order(n):
    some = even_sample(np.arange(n), 100)
    assert some.size == min(n, 100)
    assert (np.diff(some) > 0).all()


def test_even_sample_of_few_is_all_of_them():
    rows = np.array([5, 3, 9])
    np.testing.assert_array_equal(even_sample(rows, 3), rows)


def test_even_sample_is_spread_evenly():
    stretch = even_sample(np.arange(1_000), 250) // 4
    np.testing.assert_array_equal(stretch, np.arange(250))


@pytest.mark.parametrize("ages", [2, 3, 4, 5])
def test_even_sample_of_snapshots_holds_each_age_alike(ages):
    """Leads with the same number of snapshots, one after another: no age is passed over."""
    some = even_sample(np.arange(5_000 * ages), 1_000)
    share = np.bincount(some % ages, minlength=ages) / some.size
    assert share == pytest.approx(1 / ages, abs=4 * np.sqrt((1 - 1 / ages) / ages / some.size))


def test_even_sample_is_the_same_each_time():
    rows = np.arange(1_000)
    np.testing.assert_array_equal(even_sample(rows, 300), even_sample(rows, 300))
