import numpy as np
import pytest

from experiments.simulation.activities import (
    CALL,
    CALL_DAYS,
    CALL_RATE,
    Events,
    draw_activities,
)
from experiments.simulation.journey import draw_entry, stage_at, walk
from experiments.simulation.law import ACTIVITY_TYPES, DELAY_CHANCES, DELAYS, law_of
from experiments.simulation.settings import WorldSettings

N = 30_000
UNTIL = 200.0
FEW = 3_000


@pytest.fixture(scope="module")
def drawn():
    """Return a law, 30,000 journeys, when they are worked and end, and their activities."""
    rng = np.random.default_rng(4)
    law = law_of(WorldSettings())
    group = rng.integers(20, size=N)
    created = rng.uniform(0, 150, size=N)
    entered = walk(
        law, group, draw_entry(law, group, rng), created, np.zeros(len(group), dtype=np.int64), rng
    )
    worked = np.where(rng.random(N) < 0.5, created + 20, np.inf)
    end = entered[:, 3:].min(axis=1) + 5
    return law, entered, worked, end, draw_activities(law, entered, worked, end, UNTIL, rng)


def days_in_stage(entered, end, stage):
    """Return the time of all leads in a stage before `end`, by a fine grid."""
    at = np.arange(0.25, UNTIL, 0.5)
    lead = np.repeat(np.arange(FEW), at.size)
    time = np.tile(at, FEW)
    inside = (stage_at(entered[lead], time) == stage) & (time < end[lead])
    return 0.5 * inside.sum()


@pytest.mark.parametrize("stage", range(5))
def test_counts_follow_the_rates_of_the_stage(drawn, stage):
    law, entered, _, end, events = drawn
    few = events.lead < FEW
    at = stage_at(entered[events.lead[few]], events.occurred[few])
    # An activity that would be recorded after the cut is left out: only those recorded at once.
    prompt = [i for i, t in enumerate(ACTIVITY_TYPES) if not t.delayed]

    counted = np.isin(events.type[few][at == stage], prompt).sum()
    expected = law.activity_rates[0, stage, prompt].sum() * days_in_stage(entered, end, stage)

    assert expected > 10
    assert abs(counted - expected) < 4 * np.sqrt(expected)


def test_types_within_a_stage_follow_their_rates(drawn):
    law, entered, _, _, events = drawn
    prompt = np.array([not t.delayed for t in ACTIVITY_TYPES])
    early = (events.type != CALL) & (stage_at(entered[events.lead], events.occurred) == 2)
    counts = np.bincount(events.type[early], minlength=CALL)[prompt]

    share = law.activity_rates[0, 2, prompt] / law.activity_rates[0, 2, prompt].sum()
    bound = 4 * np.sqrt(share * (1 - share) / counts.sum())
    assert (np.abs(counts / counts.sum() - share) < bound).all()


def test_delays_follow_their_chances_whatever_the_stage(drawn):
    _, entered, _, _, events = drawn
    delayed = np.array([*(t.delayed for t in ACTIVITY_TYPES), False])[events.type]
    # Long before the cut every delay has passed.
    old = delayed & (events.occurred < UNTIL - 10)
    delay = events.recorded - events.occurred

    assert (delay[~delayed] == 0).all()
    for stage in (0, 1, 2):
        here = old & (stage_at(entered[events.lead], events.occurred) == stage)
        share = [np.isclose(delay[here], d, atol=1e-4).mean() for d in DELAYS]
        np.testing.assert_allclose(share, DELAY_CHANCES, atol=4 * np.sqrt(0.25 / here.sum()))


def test_calls_happen_at_one_rate_while_sales_works_the_lead(drawn):
    _, entered, worked, end, events = drawn
    call = events.type == CALL
    lead, when = events.lead[call], events.occurred[call]
    stop = np.minimum(np.minimum(end, UNTIL), worked + CALL_DAYS)

    assert (when >= worked[lead]).all()
    assert (when < stop[lead] + 1e-5).all()
    for stage in (0, 1, 2):
        at_work = (stage_at(entered, worked) == stage) & (stop > worked)
        expected = CALL_RATE * (stop - worked)[at_work].sum()
        assert abs(at_work[lead].sum() - expected) < 4 * np.sqrt(expected)


def test_events_are_sorted_and_within_the_life_of_the_lead(drawn):
    _, entered, _, end, events = drawn
    keys = list(zip(events.lead, events.occurred, events.type, strict=True))

    assert keys == sorted(keys)
    assert (events.occurred >= entered.min(axis=1)[events.lead] - 1e-5).all()
    assert (events.occurred <= end[events.lead] + 1e-5).all()
    assert (events.recorded <= UNTIL).all()


def test_drift_changes_the_rates_with_the_month():
    law = law_of(WorldSettings(drift=3.0))
    entered = np.tile([0.0, np.inf, np.inf, np.inf, np.inf], (3_000, 1))
    never = np.full(3_000, np.inf)

    rng = np.random.default_rng(5)
    events: Events = draw_activities(law, entered, never, never, 360.0, rng)

    opened = events.occurred[events.type == 0]
    for month in (0, 5, 11):
        expected = 3_000 * 30 * law.activity_rates[month, 0, 0]
        counted = (opened // 30 == month).sum()
        assert abs(counted - expected) < 4 * np.sqrt(expected)
