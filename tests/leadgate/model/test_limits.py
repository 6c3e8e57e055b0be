"""Which leads are in doubt, and what is said of them."""

import json

import numpy as np
import pytest

from leadgate.model.limits import UNKNOWN, UNSURE, Limits, interval_width

NAMES = ["Source", "Employees", "Revenue", "visits"]
LIMITS = Limits(
    fields=(0, 1, 2),
    categories=(0,),
    understood=2,
    low=(None, 0.0, -5.0, None),
    high=(None, 100.0, 5.0, None),
    width=2.0,
)
NARROW = np.array([[0.3, 0.25, 0.35]])


def _doubt(row, band=NARROW, limits=LIMITS):
    return limits.doubts(np.array([row], dtype=float), band, NAMES)[0]


def test_an_ordinary_lead_is_in_no_doubt():
    assert _doubt([2, 50, 1, 0]) == ""
    assert _doubt([2, 50, np.nan, 1e9]) == ""


def test_a_lead_with_too_few_fields_is_in_doubt():
    said = "too little is known of the lead: 1 of 3 fields are known and common, 2 are needed"
    assert _doubt([np.nan, 50, np.nan, 7]) == said


def test_a_rare_value_counts_as_not_known():
    assert _doubt([0, 50, np.nan, 7]).startswith("too little is known of the lead: 1 of 3")


def test_a_number_far_outside_is_named_and_not_told():
    assert _doubt([1, 1234, -77, 0]) == (
        "far outside of what training has seen: Employees, Revenue"
    )


def test_many_names_are_cut_short():
    limits = Limits(low=(0.0,) * 5, high=(1.0,) * 5)
    X, names = np.full((1, 5), 9.0), list("abcde")
    assert limits.doubts(X, NARROW, names)[0].endswith("seen: a, b, c and 2 more")


def test_a_wide_interval_is_a_doubt():
    assert _doubt([2, 50, 1, 0], np.array([[0.5, 0.1, 0.9]])) == UNSURE


def test_nothing_known_is_said_first():
    assert _doubt([np.nan] * 4) == UNKNOWN
    assert _doubt([np.nan] * 4, limits=Limits()) == UNKNOWN


def test_without_limits_any_other_lead_can_be_judged():
    assert _doubt([0, -1e9, np.nan, 0], np.array([[0.5, 0.0, 1.0]]), Limits()) == ""


def test_one_lead_is_in_doubt_as_among_many():
    rng = np.random.default_rng(0)
    X = rng.normal(scale=60, size=(500, 4)).round()
    X[:, 0] = rng.integers(0, 3, 500)
    X[rng.random(X.shape) < 0.3] = np.nan
    band = np.sort(rng.random((500, 3)), axis=1)[:, [1, 0, 2]]
    many = LIMITS.doubts(X, band, NAMES)
    alone = [LIMITS.doubts(X[i : i + 1], band[i : i + 1], NAMES)[0] for i in range(500)]
    assert many.tolist() == alone
    assert len(set(many.tolist())) > 5


def test_width_is_that_of_the_log_odds():
    low, high = 1 / (1 + np.exp([1.0, -0.5]))
    np.testing.assert_allclose(interval_width(np.array([[0.5, low, high]])), [1.5])


@pytest.mark.parametrize("limits", [LIMITS, Limits()])
def test_limits_survive_json(limits):
    assert Limits.from_dict(json.loads(json.dumps(limits.to_dict()))) == limits


def test_something_else_is_refused():
    with pytest.raises(ValueError, match="other names"):
        Limits.from_dict({"fields": []})
