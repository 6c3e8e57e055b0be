"""The one tie rule."""

import numpy as np
import pytest

from leadgate.policy.ranking import ranked, top


def test_higher_score_first_then_smaller_lead_id():
    order = ranked([0.5, 0.9, 0.5, np.nan, 0.9], ["b", "z", "a", "0", "y"])
    assert order.tolist() == [4, 1, 2, 0, 3]


def test_order_of_the_rows_changes_nothing():
    rng = np.random.default_rng(0)
    score, ids = rng.integers(0, 5, 60) / 10, np.array([f"L{i:02d}" for i in range(60)])
    shuffled = rng.permutation(60)
    again = ids[shuffled][ranked(score[shuffled], ids[shuffled])]
    assert again.tolist() == ids[ranked(score, ids)].tolist()


@pytest.mark.parametrize("n", [-1, 0, 2, 9])
def test_top_marks_as_many_as_there_are(n):
    assert top([0.1, 0.3, 0.2], ["a", "b", "c"], n).sum() == min(max(n, 0), 3)
