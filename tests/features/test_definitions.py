"""Every feature is told in words that a salesperson understands."""

import math

import pytest

from features.definitions import EVERY, OTHER, Feature

NAN = math.nan


def number():
    return Feature("Employees", "number", "Employees")


def count(source, days=None):
    return Feature("count", "count", source, days)


def recency(source):
    return Feature("recency", "recency", source)


def of_lead(kind):
    return Feature(kind, kind, EVERY)


@pytest.mark.parametrize(
    ("feature", "value", "sentence"),
    [
        (number(), 250.0, "Employees is 250"),
        (number(), 0.125, "Employees is 0.125"),
        (number(), 1234567.0, "Employees is 1234567"),
        (number(), 123456.789, "Employees is 123457"),
        (number(), NAN, "Employees is not known"),
        (count("pricing_view", 30), 3, "viewed pricing 3 times in the last 30 days"),
        (count("NewsletterOpen", 7), 1, "opened newsletter once in the last 7 days"),
        (count("demo request"), 2, "requested demo twice so far"),
        (count("demo_request"), 0, "no demo_request so far"),
        (count("webinar", 1), 3, "webinar: 3 in the last 1 day"),
        (count("visit"), 1, "visit: 1 so far"),
        (count("pricing_view", 0.5), 0, "no pricing_view in the last 0.5 days"),
        (count(EVERY, 90), 12, "12 activities in the last 90 days"),
        (count(EVERY), 1, "1 activity so far"),
        (count(EVERY, 7), 0, "no activity in the last 7 days"),
        (count(OTHER), 2, "other activity: 2 so far"),
        (recency("pricing_view"), 12.9, "last pricing_view 12 days ago"),
        (recency("pricing_view"), 1.0, "last pricing_view 1 day ago"),
        (recency(EVERY), 0.3, "last activity within a day"),
        (recency(EVERY), NAN, "no activity so far"),
        (of_lead("distinct"), 1.0, "1 kind of activity so far"),
        (of_lead("age"), 45.2, "lead is 45 days old"),
        (of_lead("age"), 0.25, "lead is 0.2 days old"),
        (of_lead("age"), NAN, "age of the lead is not known"),
    ],
)
def test_sentence_tells_the_value(feature, value, sentence):
    assert feature.sentence(value) == sentence


def test_sentence_of_a_category_tells_its_text():
    source, vocabulary = Feature("Source", "category", "Source"), ("other", "Web")
    assert source.sentence(1.0, vocabulary) == "Source is Web"
    assert source.sentence(0.0, vocabulary) == "Source is a rare value"
    assert source.sentence(NAN, vocabulary) == "Source is not known"


def test_sentence_of_a_flag_tells_its_text():
    flag = Feature("Call", "flag", "Call")
    assert [flag.sentence(code, ("No", "Yes")) for code in (0.0, 1.0)] == [
        "Call is No",
        "Call is Yes",
    ]


def test_features_of_one_source_are_one_group():
    assert count("webinar", 7).group == recency("webinar").group == "webinar"
    assert of_lead("distinct").group == count(EVERY).group == "activity"
    assert of_lead("age").group == "lead age"


def test_definitions_come_back_from_json():
    feature = count("webinar", 7)
    assert Feature(**feature.to_dict()) == feature
