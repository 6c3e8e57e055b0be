"""What a column means, and what its texts become."""

import math
from collections import Counter

import pytest

from features.aggregation.column_types import MAX_VALUES, decoder, enough, meaning, unread_texts


def mean(name="column", **counts):
    """Decide on a column of which so many leads have each text."""
    texts = Counter({text.replace("_", " "): count for text, count in counts.items()})
    return meaning(name, texts, texts.total())


def of(texts, name="column"):
    return meaning(name, Counter(texts), len(texts))


def test_common_values_are_a_category_most_common_first():
    meaning_of = mean(Fair=5, Web=300, Event=300, Rare=4)
    assert meaning_of.kind == "category"
    assert meaning_of.vocabulary == ("other", "Event", "Web")


def test_a_category_keeps_the_most_common_values_of_ten_thousand():
    texts = [f"value {i % 10_000:05d}" for i in range(60_000)]
    texts += [f"value {i:05d}" for i in range(100) for _ in range(30)]
    meaning_of = of(texts)
    assert meaning_of.kind == "category"
    assert meaning_of.vocabulary == ("other", *(f"value {i:05d}" for i in range(MAX_VALUES)))


@pytest.mark.parametrize(
    ("texts", "vocabulary"),
    [
        (["Yes", "No"], ("No", "Yes")),
        (["true", "false"], ("false", "true")),
        (["1", "0"], ("0", "1")),
        (["Y", "N"], ("N", "Y")),
        (["ja", "nein"], ("nein", "ja")),
        (["Small", "Large"], ("Large", "Small")),
    ],
)
def test_two_values_are_a_flag_with_yes_second(texts, vocabulary):
    meaning_of = of(texts * 20 + [""])
    assert (meaning_of.kind, meaning_of.vocabulary) == ("flag", vocabulary)


def test_one_value_or_none_is_a_category():
    meaning_of = of(["Yes"] * 30 + [""] * 30)
    assert (meaning_of.kind, meaning_of.vocabulary) == ("category", ("other", "Yes"))


@pytest.mark.parametrize("strange", [[], ["?"], [""] * 50])
def test_numbers_may_have_a_few_strange_values(strange):
    assert of([*map(str, range(100)), *strange]).kind == "number"


def test_two_numbers_are_a_number():
    assert of(["10", "20"] * 20).kind == "number"


def test_a_number_that_names_something_is_a_category():
    texts = [str(i % 7) for i in range(700)]
    assert of(texts, name="Visits").kind == "number"
    for name in ("CampaignId", "campaign_id", "Owner ID", "id"):
        assert of(texts, name=name).kind == "category"
    for name in ("Paid", "Valid", "bid"):
        assert of(texts, name=name).kind == "number"


@pytest.mark.parametrize(
    ("texts", "reason"),
    [
        ([""] * 50, "empty"),
        (["Web"] * 50, "fewer than 5 leads differ"),
        (["Web"] * 996 + ["Fair"] * 4, "fewer than 10 leads differ"),
        (["Web"] * 996 + [""] * 4, "fewer than 10 leads differ"),
        ([f"comment {i}" for i in range(100)], "value of its own"),
        ([f"comment {i}" for i in range(100)] + ["none"] * 30, "value of its own"),
        ([f"2025-01-{i % 28 + 1:02d}" for i in range(100)], "holds dates"),
        ([f"{i % 28 + 1}/1/2025 10:00" for i in range(100)], "holds dates"),
    ],
)
def test_columns_without_information_are_left_out_with_the_reason(texts, reason):
    meaning_of = of(texts)
    assert meaning_of.kind is None
    assert reason in meaning_of.reason


@pytest.mark.parametrize(("n", "need"), [(0, 5), (600, 6), (10**6, 20)])
def test_enough_is_one_in_a_hundred_within_bounds(n, need):
    assert enough(n) == need


def test_decoder_gives_codes():
    read = decoder("category", ("other", "Web", "other"))
    assert [read("Web"), read("other"), read("new")] == [1, 2, 0]
    assert math.isnan(read(""))
    read = decoder("flag", ("No", "Yes"))
    assert [read("No"), read("Yes")] == [0, 1]
    assert math.isnan(read("new"))
    assert decoder("number", ())("3.5") == 3.5


def test_unread_texts_are_those_that_mean_nothing():
    assert unread_texts("number", {""}, ["1", "", "x", "x"]) == {"x"}
    assert unread_texts("category", {"", "Web"}, ["Web", "", "y"]) == {"y"}


def test_spellings_of_a_category_are_counted_together():
    meaning_of = mean(Web=40, web=30, Trade_Fair=20, TRADE_FAIR=3, Phone=90)
    assert meaning_of.vocabulary == ("other", "Phone", "Web", "Trade Fair")
    assert of(["Yes"] * 40 + ["no"] * 30 + ["YES"] * 20).vocabulary == ("no", "Yes")


@pytest.mark.parametrize("text", ["Trade Fair", "trade  fair", " TRADE FAIR", "Trade\u00a0Fair"])
def test_a_new_spelling_of_a_category_is_that_category(text):
    vocabulary = ("other", "Web", "Trade Fair")
    assert decoder("category", vocabulary)(text) == 2.0
    assert unread_texts("category", ("", *vocabulary[1:]), {text, "Phone"}) == {"Phone"}
    assert decoder("flag", ("No", "Trade Fair"))(text) == 1.0


def test_categories_that_an_earlier_version_kept_apart_stay_apart():
    decode = decoder("category", ("other", "Web", "web"))
    assert [decode("Web"), decode("web"), decode("WEB")] == [1.0, 2.0, 1.0]
