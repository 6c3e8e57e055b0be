"""An offset that follows: known truth on simulated levels, and what it may not know."""

import numpy as np
import pytest

from leadgate.model.calibration import sigmoid
from leadgate.policy import US_PER_WEEK, week_start
from training.ensemble.following import Outcomes, Walk, delay_days, follow
from training.ensemble.level import Mature
from training.statistics.metrics import losses

START = week_start(0)
LAG = 13


def outcomes(levels, per_week=200, lag=LAG, seed=0):
    """Leads of each week, won by sigmoid(level of the week - 1 + a score)."""
    rng = np.random.default_rng(seed)
    week = np.repeat(np.arange(len(levels)), per_week)
    as_of = START + week * US_PER_WEEK + rng.integers(0, US_PER_WEEK, week.size)
    log_odds = -1.0 + rng.normal(size=week.size)
    y = (rng.random(week.size) < sigmoid(log_odds + np.asarray(levels)[week])).astype(float)
    return Outcomes(
        log_odds, y, np.ones(week.size), np.arange(week.size), as_of, as_of + lag * US_PER_WEEK
    )


def gain(trajectory, seen):
    """By how much following lowers the log loss of leads scored as they came."""
    followed = sigmoid(seen.log_odds + trajectory.at(seen.as_of))
    return (losses(seen.y, sigmoid(seen.log_odds)) - losses(seen.y, followed)).mean()


def test_a_level_that_moved_is_found_within_its_error():
    seen = outcomes(np.full(40, 0.8))
    trajectory = follow(Walk(0.02, 0.01), seen, START)
    assert trajectory.last == pytest.approx(0.8, abs=3 * np.sqrt(trajectory.variance[-1]))
    assert gain(trajectory, seen) > 0.02


@pytest.mark.parametrize("step", [0.0, 0.05, 0.2])
def test_the_errors_have_the_variance_that_the_filter_states(step):
    rng = np.random.default_rng(1)
    squares = []
    for seed in range(40):
        walk = np.cumsum(rng.normal(0, step, 30)) + rng.normal(0, 0.2)
        trajectory = follow(Walk(0.04, step**2), outcomes(walk, 100, seed=seed), START)
        squares.append((trajectory.shift - walk) ** 2 / trajectory.variance)
    assert np.mean(squares) == pytest.approx(1.0, abs=0.25)


def test_a_still_level_loses_nothing():
    gains = []
    for seed in range(20):
        seen = outcomes(np.zeros(60), 100, seed=seed)
        gains.append(gain(follow(Walk(0.01, 0.0), seen, START), seen))
    assert np.mean(gains) == pytest.approx(0.0, abs=0.0005)


def test_an_offset_that_is_certain_and_still_does_not_move():
    trajectory = follow(Walk(0.0, 0.0), outcomes(np.full(20, 1.0)), START)
    assert (trajectory.shift == 0).all()


def test_a_lead_is_scored_by_outcomes_that_had_matured():
    """Changing what matures later than the week of a score does not change it."""
    seen = outcomes(np.linspace(0, 1, 40))
    now = START + 30 * US_PER_WEEK
    later = seen.matures_at >= now
    turned = Outcomes(**{**vars(seen), "y": np.where(later, 1 - seen.y, seen.y)})
    walk = Walk(0.02, 0.01)
    at = np.arange(START, now + 1, US_PER_WEEK)
    assert (follow(walk, seen, START).at(at) == follow(walk, turned, START).at(at)).all()


def test_an_outcome_counts_from_the_end_of_its_week():
    seen = outcomes(np.full(3, 1.0))
    trajectory = follow(Walk(0.1, 0.0), seen, START)
    first = START + (LAG + 1) * US_PER_WEEK
    assert trajectory.known_at.tolist() == [first, first + US_PER_WEEK, first + 2 * US_PER_WEEK]
    assert trajectory.at(np.array([first - 1])) == 0.0
    assert trajectory.at(np.array([first])) == trajectory.shift[0]


def test_longer_delays_bring_less():
    levels = np.sin(np.arange(120) / 12)
    gains = []
    for lag in (1, 6, 20):
        seen = outcomes(levels, lag=lag)
        gains.append(gain(follow(Walk(0.01, 0.01), seen, START), seen))
    assert gains[0] > gains[1] > gains[2]
    assert gains[0] > 0


def test_weeks_without_outcomes_add_their_steps():
    seen = outcomes(np.zeros(12))
    gap = seen.take((seen.as_of < START + US_PER_WEEK) | (seen.as_of >= START + 11 * US_PER_WEEK))
    whole, holed = (follow(Walk(0.01, 0.05), part, START) for part in (seen, gap))
    assert holed.variance[-1] > whole.variance[-1]


def test_accounts_that_go_together_count_less():
    seen = outcomes(np.full(10, 1.0))
    week = (seen.as_of - START) // US_PER_WEEK
    few = Outcomes(**{**vars(seen), "account": week * 4 + (seen.y > 0)})
    alone, together = (follow(Walk(0.05, 0.0), part, START) for part in (seen, few))
    assert 0 < together.last < alone.last


@pytest.mark.parametrize("deviation", [0.0, 0.25])
def test_the_walk_of_periods_has_their_steps_by_week(deviation):
    """Few periods show little, so a step is rather taken for too small than for too large."""
    rng = np.random.default_rng(3)
    steps = []
    for seed in range(12):
        seen = outcomes(np.cumsum(rng.normal(0, deviation, 48)), 150, seed=seed)
        period = (seen.as_of - START) // (4 * US_PER_WEEK)
        mature = Mature(np.arange(seen.y.size), seen.y, seen.weight, period, seen.account)
        steps.append(Walk.of(mature, seen.log_odds, seen.as_of).step)
    assert 0.5 * deviation**2 <= np.mean(steps) <= deviation**2 + 0.002


def test_the_delay_is_the_wait_for_the_batch():
    assert delay_days(outcomes(np.zeros(4))) == pytest.approx(7 * LAG + 3.5, abs=0.3)


def test_without_outcomes_nothing_moves():
    trajectory = follow(Walk(0.1, 0.1), outcomes(np.zeros(1)).take(np.zeros(200, bool)), START)
    assert trajectory.last == 0.0
    assert trajectory.at(np.array([START])) == 0.0
