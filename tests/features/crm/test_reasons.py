from features.crm.reasons import Reasons

REASONS = Reasons({"why": ["Lost Reason"]}, {"entered": ["hs_date_entered_"]})


def test_a_reason_is_that_of_the_name_or_of_its_beginning():
    assert REASONS.of("Deal - lost_reason") == "why"
    assert REASONS.of("hs_date_entered_customer") == "entered"
    assert REASONS.of("Industry") == ""
