"""The columns of an answer, with those of both arms and without."""

from types import SimpleNamespace

import numpy as np
import pytest

from features.aggregation.definitions import Feature
from leadgate.policy import Decisions
from serving.scoring.answer import (
    ARMS,
    COLUMNS,
    REFUSED,
    UPLIFT_WHY,
    FileAnswers,
    columns_of,
)
from serving.scoring.assessment import Assessment
from serving.scoring.reasons import Reasons

ROWS = SimpleNamespace(
    lead_ids=np.array(["a", "b"], dtype=object),
    as_of=np.zeros(2, dtype=np.int64),
    warnings=np.array(["", "no time"], dtype=object),
)


def decided():
    words = np.full(2, "nurture", dtype=object)
    return Decisions(words, np.ones(2), np.ones(2), np.zeros(2, dtype=bool), *[words] * 6)


def assessment(arms):
    nothing = np.full(1, "", dtype=object)
    why = np.full(1, "sales helps here because: (+) Region is North", dtype=object)
    reasons = np.full((1, 5), "", dtype=object)
    moved = np.full((1, 5), np.nan)
    return Assessment(np.array([[0.3, 0.2, 0.4]]), reasons, nothing, arms, why, moved, None)


def test_the_columns_of_both_arms_stand_beside_what_they_belong_to():
    columns = columns_of(arms=True)
    assert columns[4:9] == ("readiness_high", *ARMS)
    assert columns[columns.index(UPLIFT_WHY) - 1] == "reason_5"
    assert tuple(name for name in columns if name not in (*ARMS, UPLIFT_WHY)) == COLUMNS
    assert columns_of(arms=False) == COLUMNS


def test_a_row_without_readiness_has_no_uplift_either():
    answers = FileAnswers(ROWS, "1", arms=True)
    answers.enter(np.array([0]), assessment(np.array([[0.1, 0.2, 0.1, 0.3]])))
    table = answers.frame(decided())
    assert tuple(table.columns) == columns_of(arms=True)
    assert table["uplift"].iloc[0] == 0.2
    assert table[list(ARMS)].iloc[1].isna().all()
    assert table[UPLIFT_WHY].tolist() == ["sales helps here because: (+) Region is North", ""]
    assert answers.uplift == pytest.approx([0.2, np.nan], nan_ok=True)
    assert table["why"].tolist() == ["nurture", REFUSED]


def test_without_the_other_arm_its_columns_are_absent():
    answers = FileAnswers(ROWS, "1")
    answers.enter(np.array([0]), assessment(None))
    assert tuple(answers.frame(decided()).columns) == COLUMNS
    assert answers.uplift is None


def test_the_reasons_of_the_difference_name_three_facts_at_most():
    features = [Feature(f"c{k}", "number", f"c{k}") for k in range(4)]
    X = np.ones((3, 4))
    contributions = np.array([[0.5, -0.4, 0.3, 0.2], [-0.5, 0.0, 0.0, 0.0], [0.001, 0.0, 0.0, 0.0]])
    helps, less, nothing = Reasons(features, {}).difference(X, contributions)
    assert helps == "sales helps here because: (+) c0 is 1; (-) c1 is 1; (+) c2 is 1"
    assert less == "sales helps less here because: (-) c0 is 1"
    assert nothing == ""
