import numpy as np

from experiments.simulation import WorldSettings, simulate
from experiments.simulation.journey import stage_at


def test_no_week_has_more_work_than_capacity(world):
    settings = world.settings
    worked = world.truth.worked[np.isfinite(world.truth.worked)]
    capacity = round(settings.sales_capacity * settings.n_leads * 7 / settings.days)

    in_week = np.bincount((worked // 7).astype(int))

    assert in_week.max() <= capacity
    assert in_week[5:50].min() > 0.9 * capacity


def test_sales_works_leads_that_are_created_and_not_recorded_closed(world):
    truth = world.truth
    picked = np.isfinite(truth.worked)

    assert (truth.worked[picked] > truth.created[picked]).all()
    assert (truth.worked[picked] < truth.recorded[picked]).all()


def test_most_leads_are_never_worked_and_the_others_at_all_ages(world):
    truth = world.truth
    age = (truth.worked - truth.created)[np.isfinite(truth.worked)]

    assert 0.3 < age.size / truth.worked.size < 0.5
    low, middle, high = np.quantile(age, [0.1, 0.5, 0.95])
    assert low < 8
    assert 14 < middle < 45
    assert high > 90


def mean_stage_at_work(confounding):
    truth = simulate(WorldSettings(n_leads=4_000, seed=3, confounding=confounding)).truth
    worked = np.isfinite(truth.worked)
    return stage_at(truth.entered[worked], truth.worked[worked]).mean()


def test_confounding_makes_sales_pick_by_the_hidden_stage():
    assert mean_stage_at_work(3.0) > mean_stage_at_work(0.0) + 0.3


def test_without_confounding_the_stage_does_not_decide_who_is_picked(world):
    """Within a group, age and week, the picked and the waiting are in the same mix of stages."""
    truth, differences = world.truth, []
    for week in np.arange(70.0, 330.0, 7.0):
        waiting = np.flatnonzero(
            (truth.created < week) & (truth.recorded > week + 7) & (truth.worked > week)
        )
        picked = truth.worked[waiting] < week + 7
        stage = stage_at(truth.entered[waiting], np.full(waiting.size, week))
        cell = truth.group[waiting] * 40 + ((week - truth.created[waiting]) // 10).astype(int)
        expected = np.bincount(cell, stage)[cell] / np.bincount(cell)[cell]
        differences.append((stage - expected)[picked])
    gap = np.concatenate(differences)

    assert gap.size > 1_000
    assert abs(gap.mean()) < 3 * gap.std() / np.sqrt(gap.size)
