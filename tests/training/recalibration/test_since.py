"""What matured since: ratios, and a check that is made with enough wins only."""

import numpy as np
import pytest

from leadgate.policy import week_start
from tests.training.ensemble.test_following import outcomes
from training.ensemble.following import Walk, follow
from training.recalibration.since import MIN_WINS, Since

START = week_start(0)


def since(levels, **settings):
    seen = outcomes(levels, **settings)
    return Since.of(seen, follow(Walk(0.02, 0.01), seen, START))


def test_a_level_that_moved_is_seen_in_the_ratio():
    seen = since(np.full(40, 0.8))
    assert seen.before.high < 0.9
    assert seen.after.value == pytest.approx(1.0, abs=0.05)
    assert seen.gain.low > 0
    assert seen.objections() == []
    assert "lowered" in seen.check


def test_with_few_wins_the_check_is_named_as_not_made():
    seen = since(np.zeros(16), per_week=20)
    assert seen.scored_wins < MIN_WINS
    assert seen.gain is None
    assert "was not checked" in seen.check
    assert seen.objections() == []


def test_following_that_did_harm_is_an_objection():
    """A level that swings with twice the delay is followed the wrong way."""
    levels = 1.2 * np.sign(np.sin(np.arange(120) * np.pi / 13))
    seen = outcomes(levels)
    looked = Since.of(seen, follow(Walk(0.5, 0.5), seen, START))
    assert looked.gain.high < 0
    assert "the log loss is higher" in looked.objections()[0]
