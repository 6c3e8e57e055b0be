"""The simulated CRM: what the shipped model claims beside the known truth."""

import numpy as np
import pytest

from experiments.simulation import Oracle, WorldSettings, decision_points, simulate
from features.parsing.times import micros
from features.tables import load_tables
from leadgate.config import Config
from training.learn import learn
from training.statistics import metrics

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    world = simulate(WorldSettings(n_leads=8_000))
    config = Config.load(world.export(tmp_path_factory.mktemp("world")))
    return world, load_tables(config), learn(config, load_tables(config))


def scored(case, n=6_000):
    """Return moments at which the gate decides, their readiness, and that of the filter."""
    world, tables, learned = case
    points = decision_points(world, n, 3)
    history, shipped = tables.history(), learned.shipped
    lead = history.index_of(points["lead_id"])
    X = shipped.feature_set.matrix(history, lead, micros(points["as_of"]))
    best = Oracle(world).readiness(points["lead_id"], points["as_of"])
    return points, shipped.model.readiness(X), best


def test_the_gate_keeps_nearly_as_many_wins_as_the_filter(case):
    points, readiness, best = scored(case)
    chance = points["p_won"].to_numpy()

    def kept(score):
        return chance[np.argsort(-score)[: len(score) // 2]].sum()

    assert kept(readiness) >= 0.95 * kept(best)


def test_readiness_is_calibrated_on_leads_that_nobody_works_yet(case):
    points, readiness, _ = scored(case)
    chance = points["p_won"].to_numpy()
    assert readiness.mean() == pytest.approx(chance.mean(), rel=0.2)


def test_readiness_spreads_leads_as_far_as_they_are_apart(case):
    points, readiness, _ = scored(case)
    chance = points["p_won"].to_numpy()
    y = (np.random.default_rng(0).random(len(chance)) < chance).astype(float)
    slope = float(metrics.calibration_slope(y, readiness, np.ones(len(y))))
    assert 0.75 <= slope <= 1.3


def test_calls_of_sales_are_no_feature(case):
    _, _, learned = case
    names = learned.shipped.feature_set.names_
    assert not [name for name in names if name.startswith("call")]
    assert "call" in learned.left_out


def test_a_world_of_noise_has_no_signal(tmp_path):
    world = simulate(WorldSettings(n_leads=4_000, noise=True))
    config = Config.load(world.export(tmp_path))
    assert learn(config, load_tables(config)).verdict == "no_signal"
