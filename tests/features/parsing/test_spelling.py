import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.spelling import by_category, folded


@pytest.mark.parametrize("text", ["Trade Fair", "TRADE  fair", " trade\u00a0fair", "trade fair"])
def test_case_and_blanks_make_no_other_category(text):
    assert folded(text) == "trade fair"


def test_the_unicode_form_makes_no_other_category():
    assert folded("Me\u0301xico") == folded("MÉXICO")
    assert folded("Straße") == folded("STRASSE")


def test_categories_bear_their_most_common_spelling():
    counts = {"web": 3, "Web": 5, "WEB": 1, "Fair": 2, "fair": 2}
    assert by_category(counts) == {"Web": 9, "Fair": 4}


@given(st.dictionaries(st.text(), st.integers(1, 9)))
def test_counting_categories_loses_no_row(counts):
    counted = by_category(counts)
    assert sum(counted.values()) == sum(counts.values())
    assert set(counted) <= set(counts)
    assert len({folded(text) for text in counts}) == len(counted)
