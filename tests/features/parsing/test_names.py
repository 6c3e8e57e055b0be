"""Names are compared by their letters and digits, or by their words."""

from features.parsing.names import all_normalised, normalised, words


def test_words_of_a_name():
    assert words("LastModifiedDate") == ["last", "modified", "date"]
    assert words("hs_lead-status ID") == ["hs", "lead", "status", "id"]
    assert words("HTTPReferrer") == ["http", "referrer"]


def test_names_are_compared_by_letters_and_digits():
    assert normalised("Lead Status_2 (öffentlich)") == "leadstatus2öffentlich"
    assert all_normalised(["Lead Id", "lead_id"]) == {"leadid"}
