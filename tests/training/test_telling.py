"""How well a column tells late from early."""

import numpy as np
import pytest

from training.telling import apart


@pytest.mark.parametrize("category", [False, True])
def test_noise_does_not_tell_the_date_however_few_the_leads(category):
    rng = np.random.default_rng(0)
    found = []
    for _ in range(200):
        early, late = rng.integers(0, 30, 25) * 1.0, rng.integers(0, 30, 15) * 1.0
        found.append(apart(early, late, category, rng.random(40) < 0.5))
    assert np.mean(found) == pytest.approx(0.5, abs=0.02)


def test_missing_values_and_new_codes_tell_the_date():
    half = np.arange(200) % 2 == 0
    early, late = np.zeros(100), np.full(100, np.nan)
    assert apart(early, late, False, half) == pytest.approx(1.0)
    assert apart(early, np.ones(100), True, half) == pytest.approx(1.0)
    assert apart(early, early, True, half) == pytest.approx(0.5)
