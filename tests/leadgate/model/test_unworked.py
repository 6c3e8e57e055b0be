"""The second arm of a model: two log-odds, their difference, and the parts of each."""

import json

import numpy as np
import pytest

from leadgate.errors import BundleError
from leadgate.model import (
    AdditiveMember,
    Blend,
    Calibration,
    Contrast,
    Model,
    Shape,
    UnworkedArm,
)
from leadgate.model.calibration import logit
from training.estimators.boosting import Size, fit_boosted_arms

COVARIANCE = np.diag([0.04, 0.01, 0.09, 0.01])


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(2000, 3))
    X[rng.random(X.shape) < 0.1] = np.nan
    return X


@pytest.fixture(scope="module")
def model(rows):
    rng = np.random.default_rng(1)
    unworked = rng.random(len(rows)) < 0.5
    odds = np.where(unworked, np.nan_to_num(rows[:, 0]) - 2, 1 - np.nan_to_num(rows[:, 1]))
    y = (rng.random(len(rows)) < 1 / (1 + np.exp(-odds))) * 1.0
    size = Size(40, leaves=4, l2=1.0, columns=1.0)
    nothing = np.zeros(len(rows))
    trees, contrast = fit_boosted_arms(
        rows, y, np.ones(len(rows)), nothing, unworked, [False] * 3, size
    )
    hats = AdditiveMember([Shape([-1.0, 1.0], [-0.5, 0.5], 0.1) for _ in range(3)], -0.3)
    blend = Blend([hats, trees], [0.4, 0.6])
    parts = (
        Blend(part.members, [0.6 * w for w in part.weights], shift)
        for part, shift in ((contrast.unworked, -0.8), (contrast.worked, 0.0))
    )
    arm = UnworkedArm(Contrast(*parts), Calibration(-0.2, 0.9), COVARIANCE)
    return Model(blend, Calibration(0.1, 1.1), arm)


def test_the_contributions_to_the_difference_sum_to_it(model, rows):
    log_odds, contributions = model.explain(rows[:500])
    arms, parts = model.explain_uplift(rows[:500], log_odds, contributions)
    difference = logit(model.readiness(rows[:500])) - logit(arms[:, 0])
    bias = difference - parts.sum(axis=1)
    assert np.ptp(bias) < 1e-9
    assert arms == pytest.approx(model.uplift(rows[:500]), abs=1e-12)


def test_uplift_is_the_difference_of_the_chances_and_its_interval_holds_it(model, rows):
    unworked, uplift, low, high = model.uplift(rows).T
    assert uplift == pytest.approx(model.readiness(rows) - unworked)
    assert ((low < uplift) & (uplift < high)).all()


def test_the_interval_is_that_of_draws_of_levels_and_slopes(model, rows):
    rng = np.random.default_rng(2)
    arm = model.unworked
    mean = [0.1, 1.1, -0.2, 0.9]
    draws = rng.multivariate_normal(mean, COVARIANCE, 4000)
    worked = model.log_odds(rows[:5])
    unworked = worked + arm.contrast.log_odds(rows[:5])

    def chance(level, slope, log_odds):
        return 1 / (1 + np.exp(-(level[:, None] + slope[:, None] * log_odds)))

    a, b, c, d = draws.T
    deviation = (chance(a, b, worked) - chance(c, d, unworked)).std(axis=0)
    _, _, low, high = model.uplift(rows[:5]).T
    assert high - low == pytest.approx(2 * 1.645 * deviation, rel=0.15)


def test_a_lead_alone_gets_what_it_gets_among_others(model, rows):
    every = model.uplift(rows)
    alone = np.concatenate([model.uplift(rows[k : k + 1]) for k in range(50)])
    parts = np.concatenate([model.uplift(rows[:7]), model.uplift(rows[7:])])
    assert (alone == every[:50]).all()
    assert (parts == every).all()


def test_a_level_that_moves_moves_both_arms(model, rows):
    moved = Model(model.blend, model.calibration.moved(0.3, 0.02), model.unworked.moved(0.3, 0.02))
    before, after = (
        [logit(m.readiness(rows)), logit(m.readiness_unworked(rows))] for m in (model, moved)
    )
    assert np.subtract(after, before) == pytest.approx(0.3)
    grown = moved.unworked.covariance - model.unworked.covariance
    expected = np.zeros((4, 4))
    expected[::2, ::2] = 0.02
    assert grown == pytest.approx(expected)
    assert (model.unworked.moved(0.0, -1.0).covariance.diagonal() >= 0).all()


def test_both_arms_come_back_from_their_files(model, rows, tmp_path):
    names = model.to_files(tmp_path)
    assert names[-1] == "unworked.json"
    assert len(names) == 6
    again = Model.from_files(tmp_path)
    assert (again.uplift(rows) == model.uplift(rows)).all()
    json.loads((tmp_path / "unworked.json").read_text())


def test_a_model_of_one_arm_writes_what_it_wrote_before(model, tmp_path):
    names = Model(model.blend, model.calibration).to_files(tmp_path)
    assert names == ["linear.json", "calibration.json", "booster_1.txt"]
    again = Model.from_files(tmp_path)
    assert again.unworked is None
    with pytest.raises(ValueError, match="does not know what becomes of leads left to marketing"):
        again.uplift(np.zeros((1, 3)))


def test_a_damaged_arm_is_named(model, tmp_path):
    model.to_files(tmp_path)
    (tmp_path / "unworked.json").write_text('{"contrast": {}}')
    with pytest.raises(BundleError, match=r"unworked\.json: not the part of a model"):
        Model.from_files(tmp_path)


@pytest.mark.parametrize("covariance", [np.eye(2), np.full((4, 4), np.nan)])
def test_a_covariance_that_is_none_is_refused(covariance):
    contrast = Contrast(Blend([], []), Blend([], []))
    with pytest.raises(ValueError, match="4 x 4 and finite"):
        UnworkedArm(contrast, Calibration(), covariance)
