import numpy as np
import pandas as pd
import pytest

from experiments.simulation.law import LOST, WON
from leadgate.errors import DataError


def test_final_outcomes_agree_with_the_export(world):
    final = world.truth.outcomes().set_index("lead_id")
    table = world.outcomes.set_index("lead_id")

    assert final.index.tolist() == world.leads["lead_id"].tolist()
    assert final["outcome"].isin(["won", "lost"]).all()
    same = final.loc[table.index, ["outcome", "closed_at", "recorded_at"]]
    pd.testing.assert_frame_equal(same, table[["outcome", "closed_at", "recorded_at"]])


def test_stage_agrees_with_the_outcome_at_its_instant(world):
    table = world.outcomes
    before = table["closed_at"] - pd.Timedelta(seconds=1)

    stage = world.truth.stage(table["lead_id"], table["closed_at"])

    assert np.where(table["outcome"] == "won", WON, LOST).tolist() == stage.tolist()
    assert (world.truth.stage(table["lead_id"], before) < WON).mean() > 0.999


def test_outcomes_are_recorded_with_the_delay_of_the_settings(world):
    final = world.truth.outcomes()
    delay = (final["recorded_at"] - final["closed_at"]).dt.total_seconds() / 86_400

    assert delay.min() >= 0
    assert delay.mean() == pytest.approx(world.settings.outcome_delay_days, rel=0.05)
    assert delay.std() == pytest.approx(world.settings.outcome_delay_days, rel=0.07)


def test_p_won_depends_on_the_stage_and_on_being_worked(world):
    truth, ids = world.truth, world.leads["lead_id"]
    stage = truth.stage(ids, world.until)
    worked = truth.p_won(ids, world.until, 90)
    nurtured = truth.p_won(ids, world.until, 90, worked=False)

    assert (worked[stage >= WON] == 0).all()
    assert (worked[stage < WON] > nurtured[stage < WON]).all()
    means = [worked[stage == s].mean() for s in range(3)]
    assert means == sorted(means)
    assert (truth.p_won(ids, world.until, 180) >= worked).all()


def test_worked_leads_close_as_p_won_says(world):
    """What happened after the first work agrees with the chance at that instant."""
    handoffs = world.handoffs.dropna(subset="first_worked_at")
    final = world.truth.outcomes().set_index("lead_id").loc[handoffs["lead_id"]]
    at = handoffs["first_worked_at"].array
    after = (final["closed_at"].array - at) / pd.Timedelta(days=1)
    won = (final["outcome"].to_numpy() == "won") & (after > 0) & (after <= 90)

    chance = world.truth.p_won(handoffs["lead_id"], handoffs["first_worked_at"], 90)

    spread = np.sqrt((chance * (1 - chance)).sum())
    assert abs(won.sum() - chance.sum()) < 3 * spread


def test_unknown_leads_are_refused_without_naming_them(world):
    with pytest.raises(DataError, match="1 of the given lead ids are not in this world"):
        world.truth.stage(["L000000", "somebody"], world.until)
