"""Accounts whose leads are alike: what an interval by account is for."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom

from experiments.simulation import Oracle, WorldSettings, decision_points, simulate
from experiments.simulation.law import ACCOUNT_CHANCES, ACCOUNT_LEVELS, PURCHASE, WON, law_of
from training.statistics.bootstrap import bootstrap

TABLES = ("leads", "activities", "outcomes", "handoffs")


@pytest.fixture(scope="module")
def alike():
    """Return a world in which leads of one account are much alike."""
    return simulate(WorldSettings(n_leads=12_000, seed=5, account_effect=2.0))


def won_and_account(world):
    """Return which leads are won in the end, also beyond the cut, and their accounts' codes."""
    won = (world.truth.outcomes()["outcome"] == "won").to_numpy(np.float64)
    return won, np.unique(world.leads["account_id"], return_inverse=True)[1]


def correlation_within_accounts(world):
    """Return the mean product of the standardised outcomes of two leads of one account."""
    won, account = won_and_account(world)
    z = (won - won.mean()) / won.std()
    n, total, squares = (np.bincount(account, weights=w) for w in (np.ones_like(z), z, z**2))
    return (total**2 - squares).sum() / (n * (n - 1)).sum()


def test_levels_have_the_moments_of_a_standard_normal_law():
    moments = [(ACCOUNT_CHANCES * ACCOUNT_LEVELS**k).sum() for k in range(6)]
    np.testing.assert_allclose(moments, [1, 0, 1, 0, 3, 0], atol=1e-12)


def test_effect_multiplies_the_rates_towards_a_win_and_no_other():
    plain, law = (law_of(WorldSettings(account_effect=e)) for e in (0.0, 0.5))
    by_level = law.generators.reshape(1, 2, -1, law.levels, 5, 5)
    towards_a_win = np.array([by_level[..., k, k + 1] for k in range(WON)])
    of_plain = np.array([plain.generators[..., k, k + 1] for k in range(WON)])

    expected = of_plain[..., None] * np.exp(0.5 * ACCOUNT_LEVELS)
    np.testing.assert_allclose(towards_a_win, expected)
    losses = by_level[..., : PURCHASE + 1, 4]
    np.testing.assert_array_equal(losses, np.broadcast_to(losses[:, :, :1, :1], losses.shape))
    np.testing.assert_array_equal(plain.account_chances, [1.0])


def test_effect_leaves_leads_and_activities_of_other_streams_as_they_were():
    plain, other = (simulate(WorldSettings(n_leads=500, account_effect=e)) for e in (0.0, 1.0))

    pd.testing.assert_frame_equal(plain.leads, other.leads)
    assert (plain.truth.group == other.truth.group // other.truth.law.levels).all()
    assert not plain.outcomes.equals(other.outcomes)


def test_leads_of_one_account_share_one_level(alike):
    level = pd.Series(alike.truth.group % alike.truth.law.levels)
    by_account = level.groupby(alike.leads["account_id"])

    assert (by_account.nunique() == 1).all()
    shares = by_account.first().value_counts(normalize=True).sort_index()
    np.testing.assert_allclose(shares, ACCOUNT_CHANCES, atol=0.03)


def test_outcomes_of_one_account_are_alike_where_there_is_an_effect(alike):
    plain = simulate(WorldSettings(n_leads=12_000, seed=5))

    # What is left without an effect is the industry and the size that an account's leads share.
    assert 0 <= correlation_within_accounts(plain) < 0.05
    assert correlation_within_accounts(alike) > 0.25


def test_worked_leads_of_every_level_close_as_p_won_says(alike):
    handoffs = alike.handoffs.dropna(subset="first_worked_at")
    at = handoffs["first_worked_at"].array
    final = alike.truth.outcomes().set_index("lead_id").loc[handoffs["lead_id"]]
    after = (final["closed_at"].array - at) / pd.Timedelta(days=1)
    won = (final["outcome"].to_numpy() == "won") & (after > 0) & (after <= 90)

    chance = alike.truth.p_won(handoffs["lead_id"], handoffs["first_worked_at"], 90)

    level = alike.truth.group[handoffs.index] % alike.truth.law.levels
    for code in range(alike.truth.law.levels):
        p = chance[level == code]
        assert abs(won[level == code].sum() - p.sum()) < 3 * np.sqrt((p * (1 - p)).sum())
    assert chance[level == 2].mean() > 2 * chance[level == 0].mean()


def test_readiness_given_a_leads_own_records_is_calibrated_in_every_tenth(alike):
    points = decision_points(alike, 6_000, seed=5)
    points["readiness"] = Oracle(alike).readiness(points["lead_id"], points["as_of"])
    tenth = points["readiness"].rank(method="first") * 10 // (len(points) + 1)
    groups = points.groupby(tenth)

    low, high = binom.ppf([[0.0005], [0.9995]], groups.size(), groups["readiness"].mean())

    assert ((low <= groups["won"].sum()) & (groups["won"].sum() <= high)).all()


def share_that_holds(won, account, unit, truth, samples=100):
    """Return how many 90 % intervals of disjoint samples of 40 accounts hold the truth."""
    held = []
    for k in range(samples):
        rows = np.flatnonzero(account % samples == k)
        y, ones = won[rows], np.ones(rows.size)
        low, high = bootstrap(lambda w, y=y: w @ y / w.sum(axis=1), unit[rows], ones, n=200, seed=k)
        held.append(low <= truth <= high)
    return float(np.mean(held))


def test_bootstrap_by_account_holds_the_mean_where_one_by_lead_does_not(alike):
    won, account = won_and_account(alike)
    truth = won.mean()

    by_account = share_that_holds(won, account, account, truth)
    by_lead = share_that_holds(won, account, np.arange(won.size), truth)

    assert by_account >= 0.85
    assert by_lead <= by_account - 0.08


@pytest.mark.parametrize("seed", [1, 2])
def test_worlds_with_an_effect_are_equal_for_equal_settings(seed):
    first, same = (
        simulate(WorldSettings(n_leads=300, seed=seed, account_effect=0.7)) for _ in range(2)
    )
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(first, name), getattr(same, name))
