import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.profiling.toml import listing, pair

# A surrogate is no character, and no file that was decoded holds one.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(texts)
def test_any_text_survives(text):
    assert tomllib.loads(pair("key", text, "why")) == {"key": text}


@given(st.lists(texts, min_size=1, unique=True))
def test_any_list_survives_with_its_reasons(names):
    assert tomllib.loads(listing("key", dict.fromkeys(names, "why"))) == {"key": names}


@pytest.mark.parametrize("value", [90, 0.5, ["a", "b"]])
def test_numbers_and_lists_survive(value):
    assert tomllib.loads(pair("key", value)) == {"key": value}


def test_reasons_are_comments():
    assert pair("lead_id", "Id", "its name").endswith("# its name")
    assert listing("personal", {}) == ""


def test_a_reason_stays_in_its_line():
    assert pair("lost", [], "op\nen sounds open").splitlines() == [
        "lost = []                           # op en sounds open"
    ]
