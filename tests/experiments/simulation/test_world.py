import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from experiments.simulation import Oracle, WorldSettings, decision_points, simulate

TABLES = ("leads", "activities", "outcomes", "handoffs")


@pytest.fixture(scope="module")
def default():
    """Return the default world, 40,000 moments to decide and the filter's readiness at them."""
    world = simulate()
    points = decision_points(world, 40_000, seed=1)
    return world, points, Oracle(world).readiness(points["lead_id"], points["as_of"])


def wins_kept_at_half(points, readiness):
    best = np.argsort(-readiness, kind="stable")[: len(points) // 2]
    return points["won"].to_numpy()[best].sum() / points["won"].sum()


def test_default_world_is_as_hard_as_published_ones(default):
    """The ceiling of every claim: how well the best possible predictor ranks."""
    _, points, readiness = default

    assert 0.75 <= roc_auc_score(points["won"], readiness) <= 0.79
    assert 0.76 <= wins_kept_at_half(points, readiness) <= 0.82
    assert 0.12 <= points["won"].mean() <= 0.25


def test_default_funnel_is_as_published(default):
    world, points, _ = default
    stage = world.truth.stage(points["lead_id"], points["as_of"])

    assert 0.5 <= (stage == 0).mean() <= 0.65
    assert 0.55 <= world.handoffs["first_worked_at"].isna().mean() <= 0.7
    assert 0.2 <= 1 - len(world.outcomes) / len(world.leads) <= 0.4


def test_score_in_use_today_is_weakly_informative(default):
    world, points, readiness = default
    rating = world.leads.set_index("lead_id")["Rating"].loc[points["lead_id"]]

    auc = roc_auc_score(points["won"], rating)

    assert 0.52 < auc < 0.65
    assert auc < roc_auc_score(points["won"], readiness) - 0.1


def test_leads_leave_some_ten_activities_each(default):
    world, _, _ = default
    counts = world.activities["lead_id"].value_counts()

    assert 10 < len(world.activities) / len(world.leads) < 25
    assert 5 <= counts.quantile(0.25) < counts.quantile(0.9) <= 45
    assert world.activities["type"].nunique() == 11


def test_equal_settings_give_an_equal_world():
    first, same, other = (simulate(WorldSettings(n_leads=300, seed=s)) for s in (1, 1, 2))

    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(same, name))
    np.testing.assert_array_equal(first.truth.entered, same.truth.entered)
    assert not first.activities.equals(other.activities)


def test_nothing_after_the_cut_is_in_a_table(default):
    world, _, _ = default

    for name in TABLES:
        times = getattr(world, name).select_dtypes("datetimetz")
        assert times.shape[1] > 0
        assert (times.max() <= world.until).all()
    later = world.truth.outcomes()["recorded_at"] > world.until
    assert later.any()
    assert not world.outcomes["lead_id"].isin(world.leads["lead_id"][later]).any()


def test_tables_refer_to_their_leads_and_start_at_creation(default):
    world, _, _ = default
    created = world.leads.set_index("lead_id")["created_at"]

    assert created.index.is_unique
    for name, column in (("activities", "occurred_at"), ("outcomes", "closed_at")):
        table = getattr(world, name)
        assert (created.loc[table["lead_id"]].array <= table[column].array).all()
    assert world.handoffs["lead_id"].tolist() == world.leads["lead_id"].tolist()
    assert (world.handoffs["handed_off_at"] == world.leads["created_at"]).all()


def test_noise_leaves_nothing_to_rank_by():
    world = simulate(WorldSettings(n_leads=2_000, noise=True))
    points = decision_points(world, 2_000, seed=1)

    readiness = Oracle(world).readiness(points["lead_id"], points["as_of"])

    assert np.ptp(points["p_won"]) < 1e-12
    np.testing.assert_allclose(readiness, points["p_won"], rtol=1e-9)
    assert 0.12 < readiness[0] < 0.25
    spread = np.sqrt(readiness[0] * (1 - readiness[0]) / len(points))
    assert abs(points["won"].mean() - readiness[0]) < 3 * spread


def test_drift_lowers_readiness_over_the_year():
    world = simulate(WorldSettings(n_leads=4_000, drift=1.0))
    earlier, ids = world.until - pd.Timedelta(days=150), world.leads["lead_id"]
    same = (world.truth.stage(ids, earlier) == 0) & (world.truth.stage(ids, world.until) == 0)

    early, late = (world.truth.p_won(ids[same], at, 90) for at in (earlier, world.until))

    assert same.sum() > 100
    assert (late < early).all()
