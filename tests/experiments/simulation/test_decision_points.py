import numpy as np
import pandas as pd

from experiments.simulation import decision_points


def test_points_are_open_unworked_and_within_the_data(world):
    points = decision_points(world, 5_000, seed=1)
    at = points["as_of"]
    leads = world.leads.set_index("lead_id").loc[points["lead_id"]]
    handoffs = world.handoffs.set_index("lead_id").loc[points["lead_id"]]
    recorded = world.outcomes.set_index("lead_id")["recorded_at"].reindex(points["lead_id"])

    age = (at.array - leads["created_at"].array) / pd.Timedelta(days=1)
    assert len(points) == 5_000
    assert (age >= 0).all()
    assert (age <= 90).all()
    assert not (handoffs["first_worked_at"].array <= at.array).any()
    assert not (recorded.array <= at.array).any()
    assert (at < world.until).all()


def test_labels_are_draws_of_p_won(world):
    points = decision_points(world, 30_000, seed=2)
    chance = points["p_won"].to_numpy()

    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs(points["won"].sum() - chance.sum()) < 3 * spread
    truth = world.truth.p_won(points["lead_id"], points["as_of"], world.settings.horizon_days)
    np.testing.assert_array_equal(truth, chance)


def test_points_are_drawn_from_the_seed(world):
    first, same, other = (decision_points(world, 200, seed=s) for s in (1, 1, 2))

    pd.testing.assert_frame_equal(first, same)
    assert not first.equals(other)
