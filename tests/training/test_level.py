"""The local level over periods."""

import numpy as np
import pytest

from training.level import local_level


def test_a_steady_level_uses_all_periods():
    level = local_level(np.array([0.1, -0.1, 0.05, 0.0]), np.full(4, 0.04))
    assert level.drift == 0.0
    assert level.share == pytest.approx([0.25] * 4)


def test_a_moving_level_uses_the_newest_period():
    level = local_level(np.array([-3.0, -2.0, -1.0, 0.0]), np.full(4, 0.01))
    assert level.drift == pytest.approx(3 * 0.98 / 5)
    assert level.share[-1] > 0.97
    assert level.share.sum() == pytest.approx(1.0)
