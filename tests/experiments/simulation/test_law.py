import numpy as np
import pytest

from experiments.simulation.fields import FIT_LEVELS, SOURCES
from experiments.simulation.law import DELAY_CHANCES, PURCHASE, WON, law_of
from experiments.simulation.settings import WorldSettings


@pytest.mark.parametrize(
    "settings", [WorldSettings(), WorldSettings(drift=1.0), WorldSettings(noise=True, drift=1.0)]
)
def test_law_is_a_law_of_chances(settings):
    law = law_of(settings)

    assert law.entry.shape == (FIT_LEVELS * len(SOURCES), 5)
    np.testing.assert_allclose(law.entry.sum(axis=1), 1)
    np.testing.assert_allclose(law.generators.sum(axis=-1), 0, atol=1e-15)
    off_diagonal = law.generators * (1 - np.eye(5))
    assert (off_diagonal >= 0).all()
    assert (law.activity_rates > 0).all()
    assert DELAY_CHANCES.sum() == 1


def test_work_helps_late_and_hardly_early():
    unworked, worked = law_of(WorldSettings()).generators[0]
    ratio = [worked[0, j, j + 1] / unworked[0, j, j + 1] for j in range(WON)]

    assert ratio[0] < 1.1
    assert ratio[2] > 3
    np.testing.assert_array_equal(worked[..., 4], unworked[..., 4])


def test_months_follow_each_other_and_the_last_never_ends():
    law = law_of(WorldSettings(drift=0.5, days=60))
    last = len(law.generators) - 1

    assert law.month(np.array([0.0, 29.9, 30.0, 1e6])).tolist() == [0, 0, 1, last]
    assert law.month_end(np.array([0.0, 30.0, 1e6])).tolist() == [30.0, 60.0, np.inf]
    assert len(law_of(WorldSettings()).generators) == 1


def test_drift_moves_the_rates_by_its_size_within_a_year():
    law = law_of(WorldSettings(drift=0.5))
    progress = law.generators[:, 1, 0, PURCHASE, WON]

    assert progress[12] / progress[0] == pytest.approx(np.exp(-0.5))
    assert (np.diff(progress) < 0).all()
    assert set(np.round(np.log(law.activity_rates[12, 0] / law.activity_rates[0, 0]), 9)) == {
        -0.5,
        0.0,
        0.5,
    }


def test_noise_leaves_one_readiness_and_one_activity_rate():
    law = law_of(WorldSettings(noise=True))

    assert (law.entry[:, PURCHASE] == 1).all()
    assert np.ptp(law.generators[0, 1], axis=0).max() == 0
    assert np.ptp(law.activity_rates[0], axis=0).max() == 0
    assert law.outcome_delay_days == 0
