"""Names are compared by their letters and digits, or by their words."""

import pytest

from features.parsing.names import (
    all_normalised,
    likely_new_name,
    matched,
    name_key,
    normalised,
    words,
)


def test_words_of_a_name():
    assert words("LastModifiedDate") == ["last", "modified", "date"]
    assert words("hs_lead-status ID") == ["hs", "lead", "status", "id"]
    assert words("HTTPReferrer") == ["http", "referrer"]


def test_names_are_compared_by_letters_and_digits():
    assert normalised("Lead Status_2 (öffentlich)") == "leadstatus2öffentlich"
    assert all_normalised(["Lead Id", "lead_id"]) == {"leadid"}


@pytest.mark.parametrize(
    "name", ["Buying Role", "BuyingRole", "buying_role", "Buying_Role__c", "hs_buying_role"]
)
def test_all_names_of_a_field_have_one_key(name):
    assert name_key(name) == "buyingrole"
    assert matched(name, ["Industry", "Buying Role"]) == "Buying Role"


def test_a_name_matches_itself_first_and_nothing_where_several_are_alike():
    assert matched("buying_role", ["Buying Role", "buying_role"]) == "buying_role"
    assert matched("BuyingRole", ["Buying Role", "buying_role"]) is None
    assert matched("Stage", ["Industry"]) is None


@pytest.mark.parametrize(
    ("name", "new"),
    [("Lead Source", "LeadSource"), ("Lead Source", "Lead Sources"), ("Region", None)],
)
def test_the_likely_new_name_of_a_column_is_nearly_the_same(name, new):
    assert likely_new_name(name, ["LeadSource" if new is None else new, "Country"]) == new
