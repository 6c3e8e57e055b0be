"""Every feature is said in words that a salesperson understands."""

import math

import pytest

from features.aggregation.definitions import EVERY, OTHER, Feature
from features.explanation import wording

NAN = math.nan
TREND = " in the last 7 days than in the 7 days before"


LATELY = " lately, older ones counting less"


def number():
    return Feature("Employees", "number", "Employees")


def count(source, days=None):
    return Feature("count", "count", source, days)


def recency(source):
    return Feature("recency", "recency", source)


def of_lead(kind):
    return Feature(kind, kind, EVERY)


def lead_wide(kind, source, days=None):
    return Feature(kind, kind, source, days, scope="lead")


def lately(source):
    return Feature("decayed", "decayed", source, half_life_days=14)


def by(channel, days=None):
    return Feature("count", "count", channel, days, scope="channel")


def of_account(kind, days=None):
    return Feature(kind, kind, EVERY, days, scope="account")


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
        (count("demo_request"), 0, "no demo request so far"),
        (count("webinar", 1), 3, "webinar 3 times in the last day"),
        (count("visit"), 1, "visit once so far"),
        (count("pricing_view", 0.5), 0, "no pricing view in the last 0.5 days"),
        (count(EVERY, 90), 12, "12 activities in the last 90 days"),
        (count(EVERY), 1, "1 activity so far"),
        (count(EVERY, 7), 0, "no activity in the last 7 days"),
        (count(OTHER), 2, "2 other activities so far"),
        (recency("pricing_view"), 12.9, "last pricing view 12 days ago"),
        (recency("pricing_view"), 1.0, "last pricing view 1 day ago"),
        (recency(EVERY), 0.3, "last activity within the last day"),
        (recency(EVERY), NAN, "no activity so far"),
        (of_lead("distinct"), 1.0, "1 kind of activity so far"),
        (lead_wide("distinct", "channel", 7), 2, "active on 2 channels in the last 7 days"),
        (lead_wide("distinct", "content"), 0, "looked at no content so far"),
        (of_lead("distinct"), 0, "no activity so far"),
        (lead_wide("distinct", "channel"), 0, "active on no channel so far"),
        (lead_wide("distinct", "channel"), NAN, "activity is not known"),
        (lead_wide("distinct", "content"), 1, "looked at 1 piece of content so far"),
        (lead_wide("first", EVERY), 9.5, "first activity 9 days ago"),
        (lead_wide("first", EVERY), NAN, "no activity so far"),
        (
            lead_wide("trend", EVERY, 7),
            3,
            "3 more activities" + TREND,
        ),
        (
            lead_wide("trend", EVERY, 7),
            -1,
            "1 fewer activity" + TREND,
        ),
        (
            lead_wide("trend", EVERY, 7),
            0,
            "as much activity in the last 7 days as in the 7 days before",
        ),
        (lately("webinar"), 2.34, "webinar 2.3 times" + LATELY),
        (lately("pricing_view"), 1.04, "viewed pricing once" + LATELY),
        (lately(OTHER), 1.6, "1.6 other activities" + LATELY),
        (lately("webinar"), 0.04, "no webinar for a long time"),
        (lately("webinar"), 0, "no webinar so far"),
        (lead_wide("gap", EVERY), 2.5, "2 days between the last two activities"),
        (lead_wide("gap", EVERY), 0.02, "less than a day between the last two activities"),
        (lead_wide("gap", EVERY), NAN, "fewer than two activities so far"),
        (lead_wide("mean gap", EVERY), 1.0, "1 day between two activities on average"),
        (lead_wide("mean gap", EVERY), NAN, "fewer than two activities so far"),
        (
            lead_wide("sum", EVERY, 30),
            12.5,
            "values of the activities add up to 12.5 in the last 30 days",
        ),
        (by("email", 7), 2, "2 activities by email in the last 7 days"),
        (by("email"), 0, "no activity by email so far"),
        (of_account("count", 7), 1, "1 activity of others at the account in the last 7 days"),
        (of_account("count"), NAN, "activity of others at the account is not known"),
        (of_account("recency"), 3, "last activity of others at the account 3 days ago"),
        (of_account("leads"), 1, "1 other lead at the account"),
        (of_account("leads"), NAN, "other leads at the account are not known"),
        (of_account("won"), 2, "2 other leads at the account were won so far"),
        (of_account("lost"), 0, "no other lead at the account was lost so far"),
        (of_lead("age"), 45.2, "lead is 45 days old"),
        (of_lead("age"), 0.25, "lead is less than a day old"),
        (of_lead("age"), NAN, "age of the lead is not known"),
    ],
)
def test_sentence_tells_the_value(feature, value, sentence):
    assert wording.sentence(feature, value) == sentence


def test_sentence_of_a_category_tells_its_text():
    source, vocabulary = Feature("Source", "category", "Source"), ("other", "Web")
    assert wording.sentence(source, 1.0, vocabulary) == "Source is Web"
    assert wording.sentence(source, 0.0, vocabulary) == "Source is a rare value"
    assert wording.sentence(source, NAN, vocabulary) == "Source is not known"


def test_sentence_of_a_flag_tells_its_text():
    flag = Feature("Call", "flag", "Call")
    assert [wording.sentence(flag, code, ("No", "Yes")) for code in (0.0, 1.0)] == [
        "Call is No",
        "Call is Yes",
    ]


def test_features_of_one_source_are_one_group():
    assert count("webinar", 7).group == recency("webinar").group == "webinar"
    assert of_lead("distinct").group == count(EVERY).group == "activity"
    assert of_lead("age").group == lead_wide("age", EVERY).group == "lead age"
    assert lead_wide("distinct", "channel").group == lead_wide("sum", EVERY).group == "activity"
    assert by("email").group == by("email", 7).group == "channel email"
    assert of_account("won").group == of_account("count").group == "account"


def test_definitions_come_back_from_json():
    feature = count("webinar", 7)
    assert Feature(**feature.to_dict()) == feature


@pytest.mark.parametrize(
    ("feature", "number", "days", "sentence"),
    [
        (count("pricing_view"), 0, NAN, "no pricing view so far"),
        (count("pricing_view"), 1, 2.7, "viewed pricing once, 2 days ago"),
        (
            count("pricing_view"),
            3,
            0.2,
            "viewed pricing 3 times, most recently within the last day",
        ),
        (count("quote_request"), 2, 1.0, "requested quote twice, most recently 1 day ago"),
        (lead_wide("count", EVERY), 12, 30.0, "12 activities, most recently 30 days ago"),
        (lead_wide("count", EVERY), 0, NAN, "no activity so far"),
        (count(OTHER), 1, 4.0, "1 other activity, 4 days ago"),
    ],
)
def test_what_a_lead_did_is_told_with_when_it_did_so_last(feature, number, days, sentence):
    assert wording.engagement(feature, number, days) == sentence
