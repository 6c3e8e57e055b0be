"""A stage never contradicts the decision, and grades and stages can be set."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.config.goal import PolicySettings
from leadgate.policy import Bands, Lead, LeadState, Policy, decide
from leadgate.policy.batch import decide_best, decide_many

EVEN = np.linspace(0.0, 1.0, 101)
# Sales can take nearly all: the line lies far below the stage consideration.
WIDE = replace(
    Policy.learn(EVEN, base_rate=0.5, leads_per_week=100.0), capacity_per_week=95.0, explore=0.0
)


@given(
    readiness=st.floats(0, 1),
    state=st.sampled_from(
        [
            LeadState(),
            LeadState(last_decision="hand_off", handed_off_at=0, stage="interest"),
            LeadState(last_decision="nurture", handed_off_at=0, worked=True, stage="interest"),
            LeadState(outcome="won", stage="interest"),
        ]
    ),
)
def test_no_lead_that_is_handed_off_is_nowhere_near_buying(readiness, state):
    made = decide(Lead("a", readiness), state, WIDE)
    assert (made.decision, made.stage) != ("hand_off", "interest")


def test_a_lead_on_the_line_is_in_consideration_and_just_below_keeps_its_own_stage():
    line = WIDE.threshold
    assert WIDE.bands.name(line)[1] == "interest"
    assert decide(Lead("a", line), LeadState(), WIDE).stage == "consideration"
    below = decide(Lead("a", np.nextafter(line, 0)), LeadState(), WIDE)
    assert (below.decision, below.stage) == ("nurture", "interest")


def test_files_have_the_stages_of_calls():
    ids = [str(k) for k in range(EVEN.size)]
    many = decide_many(EVEN, ids, WIDE)
    single = [decide(Lead(i, r), LeadState(), WIDE) for i, r in zip(ids, EVEN, strict=True)]
    assert many.stage.tolist() == [made.stage for made in single]
    best = decide_best(EVEN, ids, WIDE, 95)
    assert "interest" not in best.stage[best.decision == "hand_off"]


def test_an_explored_lead_keeps_the_stage_of_its_readiness():
    policy = replace(WIDE, explore=0.2, key="k")
    ids = [str(k) for k in range(2_000)]
    many = decide_many(np.full(2_000, policy.threshold / 2), ids, policy)
    assert many.explored.any()
    assert set(many.stage) == {"interest"}


def test_grades_and_stages_of_a_configuration_win_over_those_of_the_model():
    settings = PolicySettings(grades=[0.05, 0.12, 0.25], stages=[0.08, 0.3])
    assert WIDE.with_settings(settings).bands == Bands((0.05, 0.12, 0.25), (0.08, 0.3))
    assert WIDE.with_settings(PolicySettings()).bands == WIDE.bands


@pytest.mark.parametrize(
    ("key", "limits"),
    [
        ("grades", [0.1, 0.2]),
        ("grades", [0.3, 0.2, 0.1]),
        ("grades", [0.1, 0.1, 0.2]),
        ("grades", [0.0, 0.1, 0.2]),
        ("stages", [0.5, 1.0]),
        ("stages", []),
    ],
)
def test_limits_that_cannot_be_are_refused(key, limits):
    with pytest.raises(ValueError, match="ascending numbers between 0 and 1"):
        PolicySettings(**{key: limits})
