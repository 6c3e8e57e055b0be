import numpy as np
import pytest

from experiments.simulation.journey import closed_at, draw_entry, stage_at, walk
from experiments.simulation.law import INTEREST, PURCHASE, WON, law_of
from experiments.simulation.propagator import certain, chance_of_win
from experiments.simulation.settings import WorldSettings

N = 40_000
HORIZON = 90.0


def walked(settings, stage, worked, at=0.0, group=8):
    law = law_of(settings)
    leads = np.full(N, group), np.full(N, stage), np.full(N, at)
    return law, walk(law, *leads, np.full(N, int(worked)), np.random.default_rng(2))


@pytest.mark.parametrize("drift", [0.0, 2.0])
@pytest.mark.parametrize("worked", [True, False])
@pytest.mark.parametrize("stage", [INTEREST, PURCHASE])
def test_chance_of_win_agrees_with_drawn_journeys(stage, worked, drift):
    law, entered = walked(WorldSettings(drift=drift), stage, worked, at=100.0)
    share = (entered[:, WON] <= 100 + HORIZON).mean()

    start = certain(np.array([stage])), np.array([8]), np.array([100.0])
    chance = chance_of_win(law, *start, HORIZON, np.array([int(worked)]))[0]

    assert abs(share - chance) < 4 * np.sqrt(chance * (1 - chance) / N)


def test_time_in_a_stage_has_the_mean_of_its_rate():
    law, entered = walked(WorldSettings(), INTEREST, worked=False)
    later = np.sort(entered, axis=1)[:, 1]

    assert (later * -law.generators[0, 0, 8, 0, 0]).mean() == pytest.approx(1, abs=0.02)


def test_journeys_move_on_and_end_once():
    _, entered = walked(WorldSettings(), INTEREST, worked=True)
    reached = np.where(np.isfinite(entered), entered, np.nan)

    assert np.isfinite(entered[:, 3:]).sum(axis=1).tolist() == [1] * N
    assert (np.diff(reached[:, :4], axis=1)[~np.isnan(np.diff(reached[:, :4], axis=1))] >= 0).all()
    assert (stage_at(entered, closed_at(entered)) >= WON).all()


def test_stage_is_that_last_entered():
    entered = np.array([[1.0, 2.0, np.inf, np.inf, 5.0]]).repeat(5, axis=0)

    at = stage_at(entered, np.array([0.5, 1.0, 4.9, 5.0, 9.0]))

    assert at.tolist() == [-1, 0, 1, 4, 4]


def test_entry_follows_the_source():
    law = law_of(WorldSettings())
    drawn = draw_entry(law, np.full(N, 4), np.random.default_rng(0))

    share = np.bincount(drawn, minlength=5) / N
    np.testing.assert_allclose(share, law.entry[4], atol=0.01)
