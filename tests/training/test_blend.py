"""The blend's weights."""

import numpy as np
import pytest

from training.blend import prequential, weigh


def rows(n=6000, seed=0, folds=4):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    fold = np.sort(rng.integers(0, folds, n))
    y = (rng.random(n) < 1 / (1 + np.exp(-truth + fold))).astype(float)
    return rng, truth, y, np.ones(n), fold


def test_a_member_of_noise_gets_little_beside_a_good_one():
    rng, truth, y, weight, fold = rows()
    share = weigh(np.column_stack([truth, rng.normal(size=truth.size)]), y, weight, fold)
    assert share.sum() == pytest.approx(1.0)
    assert share[0] > 0.95


def test_equal_members_share_equally():
    _, truth, y, weight, fold = rows()
    share = weigh(np.column_stack([truth, truth]), y, weight, fold)
    assert share == pytest.approx([0.5, 0.5], abs=1e-3)


def test_a_member_that_ranks_the_wrong_way_gets_nothing():
    _, truth, y, weight, fold = rows()
    assert weigh(-truth[:, None], y, weight, fold).tolist() == [0.0]


def test_a_level_that_moves_says_nothing_about_a_member():
    """A member that knows the fold alone is of no use within any of them."""
    _, truth, y, weight, fold = rows()
    share = weigh(np.column_stack([truth, -fold.astype(float)]), y, weight, fold)
    assert share == pytest.approx([1.0, 0.0])


def test_two_halves_of_the_truth_do_better_together():
    rng, truth, y, weight, fold = rows()
    half = rng.normal(size=truth.size)
    share = weigh(np.column_stack([truth - half, half]), y, weight, fold)
    assert (share > 0.3).all()


def test_no_label_has_a_part_in_its_own_margin():
    rng, truth, y, weight, fold = rows(2000)
    margins = np.column_stack([truth, rng.normal(size=truth.size), -truth])
    before = prequential(margins, y, weight, fold)
    last = fold == fold.max()
    after = prequential(margins, np.where(last, 1 - y, y), weight, fold)
    assert (before == after).all()


def test_the_first_fold_takes_the_plain_mean():
    _, truth, y, weight, fold = rows(1000)
    margins = np.column_stack([truth, 3 * truth])
    found = prequential(margins, y, weight, fold)
    assert found[fold == 0] == pytest.approx(2 * truth[fold == 0])
