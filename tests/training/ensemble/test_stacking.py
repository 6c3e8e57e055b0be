"""The blend's weights."""

import numpy as np
import pytest

from training.ensemble.anchor import Anchor
from training.ensemble.out_of_fold import OutOfFold
from training.ensemble.stacking import evenly, prequential, weigh

# Two members, each a family of its own.
APART = np.arange(2)


def rows(n=6000, seed=0, folds=4):
    rng = np.random.default_rng(seed)
    truth = rng.normal(size=n)
    fold = np.sort(rng.integers(0, folds, n))
    y = (rng.random(n) < 1 / (1 + np.exp(-truth + fold))).astype(float)
    return rng, truth, y, np.ones(n), fold


def joined(log_odds, y, weight, fold, family, anchors=()):
    every = np.arange(y.size)
    return OutOfFold(log_odds, family, y, weight, fold, every, every, anchors=tuple(anchors))


def test_a_member_of_noise_gets_little_beside_a_good_one():
    rng, truth, y, weight, fold = rows()
    share = weigh(
        joined(np.column_stack([truth, rng.normal(size=truth.size)]), y, weight, fold, APART)
    )
    assert share.sum() == pytest.approx(1.0)
    assert share[0] > 0.95


def test_equal_members_share_equally():
    _, truth, y, weight, fold = rows()
    share = weigh(joined(np.column_stack([truth, truth]), y, weight, fold, APART))
    assert share == pytest.approx([0.5, 0.5], abs=1e-3)


def test_a_member_that_ranks_the_wrong_way_gets_nothing():
    _, truth, y, weight, fold = rows()
    assert weigh(joined(-truth[:, None], y, weight, fold, APART[:1])).tolist() == [0.0]


def test_a_level_that_moves_says_nothing_about_a_member():
    """A member that knows the fold alone is of no use within any of them."""
    _, truth, y, weight, fold = rows()
    share = weigh(joined(np.column_stack([truth, -fold.astype(float)]), y, weight, fold, APART))
    assert share == pytest.approx([1.0, 0.0])


def test_a_member_that_foretells_the_level_earns_what_it_saves():
    """Where the level that would have shipped stands still, going along with the rate is of use."""
    _, truth, y, weight, fold = rows()
    log_odds = np.column_stack([truth, -fold.astype(float)])
    still = Anchor(0.0, np.zeros(2), 1e-6)
    share = weigh(joined(log_odds, y, weight, fold, APART, [still] * 4))
    assert share[1] > 0.4
    assert weigh(joined(log_odds, y, weight, fold, APART, [None] * 4))[1] == 0.0


def test_a_level_that_is_hardly_known_is_as_good_as_free():
    _, truth, y, weight, fold = rows()
    log_odds = np.column_stack([truth, -fold.astype(float)])
    vague = Anchor(0.0, np.zeros(2), 1e6)
    free = weigh(joined(log_odds, y, weight, fold, APART))
    assert weigh(joined(log_odds, y, weight, fold, APART, [vague] * 4)) == pytest.approx(
        free, abs=1e-3
    )


def test_a_member_earns_nothing_by_a_level_that_ships_anyway():
    """What all leads of a fold have in common lies in its anchor, whatever a member adds to it."""
    _, truth, y, weight, fold = rows()
    log_odds = np.column_stack([truth, truth - fold])
    anchors = [Anchor(-float(k), np.array([0.0, -float(k)]), 1e-6) for k in range(4)]
    share = weigh(joined(log_odds, y, weight, fold, APART, anchors))
    assert share == pytest.approx([0.5, 0.5], abs=1e-3)


def test_two_halves_of_the_truth_do_better_together():
    rng, truth, y, weight, fold = rows()
    half = rng.normal(size=truth.size)
    share = weigh(joined(np.column_stack([truth - half, half]), y, weight, fold, APART))
    assert (share > 0.3).all()


def test_no_label_has_a_part_in_its_own_margin():
    rng, truth, y, weight, fold = rows(2000)
    log_odds = np.column_stack([truth, rng.normal(size=truth.size), -truth])
    family = np.arange(3)
    before = prequential(joined(log_odds, y, weight, fold, family))
    last = fold == fold.max()
    after = prequential(joined(log_odds, np.where(last, 1 - y, y), weight, fold, family))
    assert (before == after).all()


def test_the_first_fold_takes_the_mean_of_the_families():
    _, truth, y, weight, fold = rows(1000)
    log_odds = np.column_stack([truth, 3 * truth, 6 * truth])
    blended = prequential(joined(log_odds, y, weight, fold, np.array([0, 0, 1])))
    assert blended[fold == 0] == pytest.approx(4 * truth[fold == 0])


@pytest.mark.parametrize("others", [1, 2, 5])
def test_a_family_gets_no_more_for_being_tried_in_more_strengths(others):
    """However often one of two halves of the truth is there, it gets about half of the blend."""
    rng, truth, y, weight, fold = rows()
    half = rng.normal(size=truth.size)
    log_odds = np.column_stack([truth - half, *[half] * others])
    family = np.array([0, *[1] * others])
    alone = weigh(joined(log_odds[:, :2], y, weight, fold, APART))
    assert weigh(joined(log_odds, y, weight, fold, family))[0] == pytest.approx(alone[0], abs=1e-3)


def test_shares_are_even_by_family():
    assert evenly(np.array([0, 0, 1])) == pytest.approx([0.25, 0.25, 0.5])
