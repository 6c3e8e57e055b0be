"""Salespeople: their own capacity and segments, and equal expected value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.config import Person
from leadgate.policy import Lead, LeadState, Load, decide, decide_best, decide_many
from leadgate.policy.wording import NOBODY
from tests.leadgate.policies import SCORES, policy_of

PEOPLE = [
    Person(name="north", capacity_per_week=10, segments=["Retail"]),
    Person(name="south", capacity_per_week=20),
]


def _run(policy, scores, segments=(), value=None):
    """Send leads one after the other within a week; return what each person got."""
    loads, decisions = {}, []
    for i, score in enumerate(scores):
        state = LeadState(this_week=sum(load.handoffs for load in loads.values()), people=loads)
        decision = decide(Lead(str(i), float(score), segments=segments, value=value), state, policy)
        decisions.append(decision)
        if decision.uses_capacity:
            load = loads.get(decision.person, Load())
            loads = {
                **loads,
                decision.person: Load(load.handoffs + 1, load.value + decision.expected_value),
            }
    return loads, decisions


def test_leads_go_to_those_who_take_their_segment():
    policy = policy_of(people=PEOPLE)
    assert _run(policy, [0.9] * 15, ["Finance"])[0].keys() == {"south"}
    assert _run(policy, [0.9] * 15, ["Retail"])[0].keys() == {"north", "south"}


def test_nobody_gets_more_than_their_capacity():
    policy = policy_of(people=PEOPLE)
    loads, decisions = _run(policy, [0.9] * 60, ["Finance"])
    assert loads["south"].handoffs == 20
    assert "nobody who takes its segment" in decisions[-1].why
    loads, decisions = _run(policy, [0.9] * 60, ["Retail"])
    assert (loads["north"].handoffs, loads["south"].handoffs) == (10, 20)
    assert "capacity of this week" in decisions[-1].why


def test_expected_value_is_balanced_by_capacity():
    people = [Person(name=str(c), capacity_per_week=c) for c in (50, 100, 200)]
    policy = policy_of(people=people, value_per_win=1000.0)
    scores = np.random.default_rng(1).choice(SCORES[policy.threshold <= SCORES], 250)
    loads, _ = _run(policy, scores)
    per_capacity = [loads[p.name].value / p.capacity_per_week for p in people]
    assert max(per_capacity) - min(per_capacity) <= 1000.0 * scores.max() / 50
    assert sum(load.value for load in loads.values()) == pytest.approx(1000 * scores.sum())


def test_rest_of_the_team_has_no_name():
    policy = policy_of(people=PEOPLE[:1], capacity_per_week=15)
    assert [(p.name, p.capacity_per_week) for p in policy.team] == [("north", 10), ("", 5)]
    loads, _ = _run(policy, [0.9] * 30, ["Finance"])
    assert {name: load.handoffs for name, load in loads.items()} == {"": 5}


def test_same_state_gives_the_same_person():
    policy = policy_of(people=[Person(name=n, capacity_per_week=5) for n in ("b", "a")])
    assert {decide(Lead("x", 0.9), LeadState(), policy).person for _ in range(3)} == {"b"}


def test_a_full_person_raises_the_line_of_their_segment_only():
    policy = policy_of(
        people=[Person(name=n, capacity_per_week=10, segments=[n]) for n in ("A", "B")]
    )
    now = 1_767_571_200_000_000 + 86_400_000_000
    state = LeadState(now=now, this_week=9, people={"A": Load(9, 3.0)})
    paced = decide(Lead("x", 0.0, segments=["A"]), state, policy).threshold
    assert paced > decide(Lead("x", 0.0, segments=["B"]), state, policy).threshold


def test_people_survive_a_way_through_json():
    policy = policy_of(people=PEOPLE, capacity_per_week=50)
    again = type(policy).from_dict(policy.to_dict())
    assert again == policy
    assert again.digest() == policy.digest()


SEGMENTS = st.lists(st.sampled_from(["Retail", "Finance", ""]), min_size=1, max_size=20)


@given(SEGMENTS, st.booleans(), st.sampled_from([0.0, 0.2]))
def test_a_file_says_who_takes_a_lead_as_long_as_it_is_settled(segments, rest, control):
    team = [
        PEOPLE[0],
        *[PEOPLE[1]] * rest,
        Person(name="east", capacity_per_week=1, segments=["X"]),
    ]
    policy = policy_of(people=team, explore=0.1, control=control)
    ids = [f"l{k}" for k in range(len(segments))]
    scores = np.linspace(0.05, 0.6, len(segments))
    many = decide_many(scores, ids, policy, segments=[np.array(segments, dtype=object)])
    for k, segment in enumerate(segments):
        alone = decide(Lead(ids[k], scores[k], segments=[segment]), LeadState(), policy)
        takers = [person for person in policy.team if person.takes([segment])]
        assert (many.decision[k], many.why[k]) == (alone.decision, alone.why)
        assert many.propensity[k] == pytest.approx(alone.propensity)
        assert many.person[k] == (alone.person if len(takers) == 1 else "")


def test_the_best_of_a_file_are_those_that_somebody_takes():
    policy = policy_of(people=PEOPLE[:1])
    segments = [np.array(["Finance", "Retail", "Retail"], dtype=object)]
    best = decide_best(np.array([0.9, 0.5, 0.4]), ["a", "b", "c"], policy, 1, segments=segments)
    assert best.decision.tolist() == ["nurture", "hand_off", "nurture"]
    assert best.person.tolist() == ["", "north", ""]
    assert best.why.tolist() == [
        NOBODY,
        "readiness is among the best 1 of the file",
        "readiness is not among the best 1 of the file",
    ]
    unasked = decide_best(np.array([0.9, 0.5]), ["a", "b"], policy, 1)
    assert unasked.decision.tolist() == ["hand_off", "nurture"]
