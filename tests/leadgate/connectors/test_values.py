"""Values are compared as CRMs keep them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.connectors.values import parts, same


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        (None, "", True),
        ("", None, True),
        (0.5, 0.5000004, True),
        (0.5, 0.500001, False),
        (0.0, None, False),
        (None, 0.0, False),
        (True, 1.0, False),
        ("A", "A", True),
        ("A", "a", False),
        ("2026-01-05T09:12:46.512Z", "2026-01-05T09:12:46.000+0000", True),
        ("2026-01-05T09:12:46Z", "2026-01-05T10:12:46+01:00", True),
        ("2026-01-05T09:12:46Z", "2026-01-05T09:12:47Z", False),
        ("2026-01-05T09:12:46", "2026-01-05T09:12:46Z", False),
        ("2026-01-05", "x", False),
    ],
)
def test_values_are_the_same_as_the_crm_keeps_them(ours, theirs, expected):
    assert same(ours, theirs) is expected


@given(st.lists(st.integers()), st.integers(1, 5))
def test_parts_are_the_list_again_and_all_but_the_last_are_full(values, size):
    made = list(parts(values, size))
    assert [value for part in made for value in part] == values
    assert all(len(part) == size for part in made[:-1])
    assert all(0 < len(part) <= size for part in made[-1:])
