"""What matured since the champion's data ended, by whoever was champion before."""

import dataclasses
from typing import Any

import numpy as np
import pytest

from features.feature_set import FeatureSet
from features.parsing.times import iso
from features.tables import load_tables
from tests.training.exports import config_of, flat_leads
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.promotion.champion import Champion
from training.promotion.since import MIN_WINS, level_since, matured_since

DAY = 86_400_000_000
SETTINGS = Settings((), (), 30.0, (0.0,))


@dataclasses.dataclass(frozen=True)
class Constant:
    """A model that gives every lead the same readiness."""

    value: float

    def readiness(self, X):
        return np.full(len(X), self.value)


@dataclasses.dataclass(frozen=True)
class Registered:
    """The parts of a bundle that are read."""

    features: dict[str, Any]
    model: Constant
    meta: dict[str, Any]


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    config = config_of(tmp_path_factory.mktemp("export"), flat_leads(900, seed=2))
    return Sample.of(load_tables(config).history(), SETTINGS)


def version(sample, days, value, horizon=30.0):
    """A model whose data ended so many days before the export, and what it predicts."""
    features = FeatureSet().fit(sample.history, sample.snapshots).to_dict()
    meta = {"data_until": iso(sample.history.until - days * DAY), "horizon_days": horizon}
    return Registered(features, Constant(value), meta)


def champion(sample, *line, **given):
    bundles = [version(sample, days, value, **given) for days, value in line]
    return Champion(bundles[0], "2", earlier=lambda: iter(bundles[1:]))


def test_each_is_predicted_by_the_last_champion_that_knew_nothing_of_it(sample):
    since = matured_since(champion(sample, (100, 0.1), (150, 0.2), (200, 0.3)), sample)
    as_of, until = sample.snapshots.as_of[since.rows], sample.history.until
    ends = [until - days * DAY for days in (100, 150, 200)]
    assert (sample.labels.matures_at[since.rows] > ends[0]).all()
    assert set(since.readiness[as_of > ends[0]]) == {0.1}
    assert set(since.readiness[as_of <= ends[0]]) == {0.2}


def test_what_every_champion_has_seen_is_left_out(sample):
    since = matured_since(champion(sample, (100, 0.1)), sample)
    assert (sample.snapshots.as_of[since.rows] > sample.history.until - 100 * DAY).all()


def test_a_champion_of_another_horizon_ends_the_line(sample):
    older = version(sample, 150, 0.2, horizon=60.0)
    line = Champion(version(sample, 100, 0.1), "2", earlier=lambda: iter([older]))
    assert set(matured_since(line, sample).readiness) == {0.1}


def test_nothing_matured_since_yesterday(sample):
    since = matured_since(champion(sample, (1, 0.1)), sample)
    assert since.rows.size == 0


def test_the_level_is_predicted_over_actual(sample):
    rows = matured_since(champion(sample, (250, 0.4)), sample).rows
    weight = sample.labels.evaluation_weight[rows]
    rate = np.average(sample.labels.y[rows], weights=weight)
    level = level_since(champion(sample, (250, 0.4)), sample, 30.0)
    assert level.ratio.value == pytest.approx(0.4 / rate)
    assert level.ratio.low < level.ratio.value < level.ratio.high
    assert level.wins >= MIN_WINS


@pytest.mark.parametrize("end", ["enough", "one too few"])
def test_fewer_than_fifty_wins_say_nothing(sample, end, monkeypatch):
    wins = level_since(champion(sample, (250, 0.4)), sample, 30.0).wins
    least = wins if end == "enough" else wins + 1
    monkeypatch.setattr("training.promotion.since.MIN_WINS", least)
    level = level_since(champion(sample, (250, 0.4)), sample, 30.0)
    assert (level.ratio is None) == (end != "enough")
    assert level.why_not == (
        f"{wins} wins matured since, and {least} are needed" * (end != "enough")
    )


def test_another_horizon_is_another_promise(sample):
    level = level_since(champion(sample, (250, 0.4)), sample, 60.0)
    assert level.ratio is None
    assert "another horizon" in level.why_not
