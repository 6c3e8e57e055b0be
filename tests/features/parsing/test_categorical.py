"""A column of texts is codes and distinct texts, whatever it comes from."""

import tracemalloc

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features import FeatureSet, LeadHistory
from features.history.snapshots import plan
from features.parsing.categorical import Categorical, by_category, folded, numbers
from features.parsing.times import US_PER_DAY
from features.parsing.values import text_column, to_number
from leadgate.arrays import text_order
from leadgate.policy.ranking import ranked

TEXTS = np.array(["b", "", "12", "b", "1.5", "12"], dtype=object)
LONG = "x" * 10_000
some_texts = st.lists(st.sampled_from(["b", "a", "", "12", "é", "Z", "a "])).map(
    lambda values: np.array([*values, None], dtype=object)[:-1]
)


@given(some_texts)
def test_a_column_comes_back_from_its_codes(texts):
    column = Categorical.of(texts)
    assert column.column().tolist() == texts.tolist()
    assert column.codes.dtype == np.int32
    assert len(set(column.texts)) == len(column.texts)
    assert len(column) == len(texts)


@given(some_texts)
def test_ascending_codes_compare_as_the_texts_do(texts):
    twice = Categorical.of(texts)
    twice = Categorical(twice.codes, twice.texts).followed_by(twice, np.arange(len(texts)))
    ascending = twice.ascending()
    assert ascending.texts == tuple(sorted(set(texts)))
    assert ascending.column().tolist() == texts.tolist()
    few = Categorical.of_few(texts.tolist())
    assert (few.texts, few.codes.tolist()) == (ascending.texts, ascending.codes.tolist())


def test_counts_and_values_are_those_of_the_texts():
    some = Categorical.of(TEXTS).take(np.array([0, 1, 3, 4]))
    assert some.counts() == {"b": 2, "": 1, "1.5": 1}
    assert np.array_equal(some.decoded(to_number), [np.nan, np.nan, np.nan, 1.5], equal_nan=True)
    assert some.decoded(len).tolist() == [1, 0, 1, 3]
    assert some.where(lambda text: text == "b").tolist() == [True, False, True, False]


def test_a_text_that_stands_twice_is_counted_once():
    twice = Categorical(np.array([0, 1, 2], dtype=np.int32), ("a", "b", "a"))
    assert twice.counts() == {"a": 2, "b": 1}


def test_followed_by_takes_the_later_column_where_a_row_is_named():
    both = Categorical.of(TEXTS[:3]).followed_by(Categorical.of(TEXTS[3:]), np.array([-1, 0, 2]))
    assert both.column().tolist() == ["b", "b", "12"]


@pytest.mark.parametrize(
    "values", [["1", None, " a ", "NaN", "1.0"], [1.0, None, 2.5, 1.0], [True, None, False]]
)
def test_arrow_pandas_and_text_columns_agree(values):
    wanted = text_column(pd.Series(values, dtype=None), ["a"]).tolist()
    column = pa.chunked_array([pa.array(values)])
    for chunked in (column, column.dictionary_encode()):
        assert Categorical.of_arrow(chunked, ["a"]).column().tolist() == wanted
    assert (
        Categorical.of_column(pd.Series(values)).column().tolist()
        == text_column(pd.Series(values)).tolist()
    )


def test_numbers_of_arrow_are_finite_or_missing():
    column = pa.chunked_array([pa.array([1.0, np.inf, None, 7.0])])
    assert np.array_equal(numbers(column, ()), [1, np.nan, np.nan, 7], equal_nan=True)
    assert np.array_equal(numbers(column, ["7"]), [1, np.nan, np.nan, np.nan], equal_nan=True)


def test_a_cut_keeps_the_codes_of_its_leads_and_the_numbers_that_were_read():
    leads = pd.DataFrame({"lead_id": [*"ABCDEF"], "Source": TEXTS})
    leads["created_at"] = pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(range(6), unit="D")
    history = LeadHistory.from_tables(leads)
    whole = history.attribute("Source")
    cut = history.cut(int(history.created[0]) + 3 * US_PER_DAY).attribute("Source")
    assert cut.texts is whole.texts
    assert cut._numbers is whole._numbers
    assert cut.counts() == {"b": 1, "": 1, "12": 1}


@given(some_texts)
def test_text_order_is_that_of_python_and_stable(texts):
    wanted = sorted(range(len(texts)), key=lambda place: (texts[place], place))
    assert text_order(texts).tolist() == wanted
    assert text_order(texts.tolist()).tolist() == wanted


def peak_of(work):
    """Return the most memory that some work held at once, in bytes."""
    work()
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("where", ["lead_id", "account_id", "Rating"])
def test_one_long_text_does_not_widen_a_history(where):
    """In arrays of fixed width it would take 2,000 * 10,000 * 4 bytes: 80 MB."""
    n, day = 2_000, pd.Timestamp("2026-01-01", tz="UTC")
    leads = pd.DataFrame({"lead_id": [f"{i:05d}" for i in range(n)], "created_at": day})
    leads["account_id"] = [f"firm {i % 90}" for i in range(n)]
    changes = leads[["lead_id"]].assign(field="Rating", value="Hot", changed_at=day)
    changes.loc[7, "value"] = LONG if where == "Rating" else "Cold"
    if where in leads:
        leads.loc[7, where] = LONG

    def work():
        history = LeadHistory.from_tables(leads, field_changes=changes)
        FeatureSet().fit_transform(history, plan(history, (0, 7)))

    assert peak_of(work) < 10e6


def test_one_long_id_does_not_widen_a_ranking():
    ids = np.array([f"{i:05d}" for i in range(2_000)], dtype=object)
    ids[7] = LONG
    assert peak_of(lambda: ranked(np.zeros(len(ids)), ids)) < 2e6
    assert peak_of(lambda: ranked(np.zeros(len(ids)), ids.tolist())) < 2e6


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


def test_a_column_of_pandas_sorts_as_its_texts_and_holds_no_others():
    column = Categorical(np.array([1, 0, 3, 1], dtype=np.int32), ("b", "a", "unused", "b"))
    series = pd.Series(column.pandas())
    assert series.tolist() == ["a", "b", "b", "a"]
    assert series.sort_values().tolist() == ["a", "a", "b", "b"]
    assert series.cat.categories.tolist() == ["a", "b"]


def test_missing_marks_the_rows_without_a_text():
    column = Categorical.of_column(pd.Series(["a", None, " "], dtype="category"))
    assert column.missing().tolist() == [False, True, True]
    assert Categorical.of_column(pd.Series(["a", "b"])).missing().tolist() == [False, False]
