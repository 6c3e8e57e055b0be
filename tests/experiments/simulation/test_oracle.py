from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import solve_ivp
from scipy.stats import binom

from experiments.simulation import Oracle, WorldSettings, decision_points, simulate
from experiments.simulation.activities import CALL, TYPE_NAMES
from experiments.simulation.clock import days_since
from experiments.simulation.fields import group_of
from experiments.simulation.law import ACTIVITY_TYPES, DELAY_CHANCES, DELAYS
from leadgate.errors import DataError


def rates_by_definition(law, month, age):
    """Return the rate (5,) of all that would be recorded by now, for activities of an age."""
    chance = sum(c for d, c in zip(DELAYS, DELAY_CHANCES, strict=True) if age >= d)
    seen = np.array([chance if t.delayed else 1.0 for t in ACTIVITY_TYPES])
    rates = law.activity_rates[month] @ seen
    rates[3:] += 1 / law.outcome_delay_days
    return rates


def filtered_by_definition(world, lead_id, as_of):
    """Return P(stage | recorded) of one lead, the forward equation solved for each level."""
    law = world.truth.law
    paths = [likelihood_by_definition(world, lead_id, as_of, k) for k in range(law.levels)]
    stages = law.account_chances @ np.array(paths)
    return stages / stages.sum()


def likelihood_by_definition(world, lead_id, as_of, level):
    """Return P(recorded, stage | level of the account), the equation solved numerically."""
    law, start = world.truth.law, world.settings.start
    row = world.leads["lead_id"] == lead_id
    group = group_of(world.leads[row])[0] * law.levels + level
    created, now = (days_since(t, start)[0] for t in (world.leads["created_at"][row], as_of))
    handoff = world.handoffs[world.handoffs["lead_id"] == lead_id]
    worked_at = days_since(handoff["first_worked_at"], start)[0]
    table = world.activities[world.activities["lead_id"] == lead_id]
    table = table[(table["occurred_at"] < as_of) & (table["recorded_at"] <= as_of)]
    events = list(zip(days_since(table["occurred_at"], start), table["type"], strict=True))
    months = [30.0 * m for m in range(1, len(law.generators))]
    changes = [worked_at, *(now - DELAYS), *months, now]
    stops = events + [(t, None) for t in changes if created < t <= now]

    chances, time = law.entry[group], created
    for stop, kind in sorted(stops, key=lambda pair: pair[0]):
        middle = (time + stop) / 2
        month = law.month(np.array([middle]))[0]
        generator = law.generators[month, int(middle > worked_at), group]
        generator = generator - np.diag(rates_by_definition(law, month, now - middle))
        path = solve_ivp(
            lambda _, y, g=generator: y @ g,
            (0, stop - time),
            chances,
            method="DOP853",
            rtol=1e-11,
            atol=1e-14 * chances.sum(),
        )
        chances, time = path.y[:, -1], stop
        if kind not in (None, TYPE_NAMES[CALL]):
            at = law.month(np.array([stop]))[0]
            chances = chances * law.activity_rates[at][:, TYPE_NAMES.index(kind)]
    return chances


@pytest.mark.parametrize(("drift", "account_effect"), [(0.0, 0.0), (1.5, 0.0), (0.0, 1.2)])
def test_filter_solves_the_forward_equation(drift, account_effect):
    world = simulate(
        WorldSettings(n_leads=400, seed=11, drift=drift, account_effect=account_effect)
    )
    worked = world.handoffs.dropna(subset="first_worked_at")["lead_id"]
    busy = worked[~worked.isin(world.outcomes["lead_id"])].head(10)
    points = pd.concat(
        [
            decision_points(world, 10, seed=1)[["lead_id", "as_of"]],
            pd.DataFrame({"lead_id": busy, "as_of": world.until}),
        ]
    )

    stages = Oracle(world).stages(points["lead_id"], points["as_of"])

    assert len(points) == 20
    for stage, lead_id, as_of in zip(stages, points["lead_id"], points["as_of"], strict=True):
        np.testing.assert_allclose(stage, filtered_by_definition(world, lead_id, as_of), atol=1e-9)


@pytest.fixture(scope="module")
def evaluated(world):
    """Return 20,000 decision points with the filter's readiness and chances of the stages."""
    points = decision_points(world, 20_000, seed=5)
    oracle = Oracle(world)
    readiness = oracle.readiness(points["lead_id"], points["as_of"])
    return points.assign(readiness=readiness), oracle.stages(points["lead_id"], points["as_of"])


def test_readiness_is_calibrated_in_every_tenth(evaluated):
    points, _ = evaluated
    tenth = points["readiness"].rank(method="first") * 10 // (len(points) + 1)
    groups = points.groupby(tenth)

    wins, mean, n = groups["won"].sum(), groups["readiness"].mean(), groups.size()

    assert len(n) == 10
    low, high = binom.ppf([[0.0005], [0.9995]], n, mean)
    assert ((low <= wins) & (wins <= high)).all()


def test_chances_of_the_stages_are_calibrated(world, evaluated):
    points, stages = evaluated
    truth = world.truth.stage(points["lead_id"], points["as_of"])

    np.testing.assert_allclose(stages.sum(axis=1), 1)
    for stage in range(5):
        chance = stages[:, stage]
        spread = np.sqrt((chance * (1 - chance)).sum())
        # Points of one lead share its journey, so the spread is wider than of independent ones.
        assert abs((truth == stage).sum() - chance.sum()) < 3 * np.sqrt(5) * spread


def test_nothing_recorded_later_changes_readiness(world):
    at = world.until - pd.Timedelta(days=120)
    ids = world.leads["lead_id"][world.leads["created_at"] <= at]
    worked = world.handoffs["first_worked_at"]
    past = replace(
        world,
        activities=world.activities[
            (world.activities["occurred_at"] < at) & (world.activities["recorded_at"] <= at)
        ],
        outcomes=world.outcomes[world.outcomes["recorded_at"] <= at],
        handoffs=world.handoffs.assign(first_worked_at=worked.where(worked <= at)),
    )

    filtered, expected = (Oracle(w).readiness(ids, at) for w in (past, world))

    assert (filtered > 0).sum() > 500
    np.testing.assert_array_equal(filtered, expected)


def test_readiness_does_not_depend_on_the_company_of_other_leads(world):
    points = decision_points(world, 400, seed=7)
    oracle = Oracle(world)

    together = oracle.readiness(points["lead_id"], points["as_of"])
    alone = oracle.readiness(points["lead_id"][:1], points["as_of"][:1])

    np.testing.assert_allclose(alone, together[:1], rtol=1e-12)


def test_leads_recorded_as_closed_have_no_win_to_come(world):
    closed = world.outcomes.head(20)
    oracle = Oracle(world)

    assert oracle.readiness(closed["lead_id"], closed["recorded_at"]).tolist() == [0.0] * 20
    assert (oracle.readiness(closed["lead_id"], closed["closed_at"]) > 0).all()


def test_leads_that_do_not_exist_yet_are_refused(world):
    with pytest.raises(
        DataError, match="1 of the given leads are not in this world by their as_of"
    ):
        Oracle(world).readiness(["L005999", "L000000"], world.leads["created_at"].iloc[10])
