import numpy as np
import pytest

from leadgate.policy import participation
from leadgate.policy.participation import DECIDED_BY, USES, decided_by, takes_part

RULED_BY = ["", "", "", "override", "override", "competitor", "objection"]
ARM = ["", "gate", "control", "", "control", "", "control"]


def test_who_decided_is_a_person_or_a_rule_before_the_group():
    by = ["policy", "policy", "control", "person", "person", "rule", "rule"]
    assert decided_by(RULED_BY, ARM).tolist() == by


@pytest.mark.parametrize(
    ("use", "expected"),
    [
        ("labels", [1, 1, 1, 1, 1, 1, 1]),
        ("evaluation", [1, 1, 1, 1, 1, 1, 1]),
        ("calibration", [1, 1, 0, 0, 0, 0, 0]),
        ("off_policy", [1, 1, 1, 0, 0, 0, 0]),
    ],
)
def test_each_figure_rests_on_the_leads_of_the_table(use, expected):
    assert takes_part(use, RULED_BY, ARM).tolist() == [bool(e) for e in expected]


def test_nobody_is_nobody():
    assert takes_part("labels", np.array([], dtype=object), []).shape == (0,)


def test_the_table_has_a_row_and_a_column_for_each():
    table = participation.__doc__
    for use in USES:
        assert use.replace("_", "-") in table
    assert len(DECIDED_BY) == 4
