"""What the names of columns say of when their values were known."""

import pytest

from features.crm.match import known_after_outcome, looks_overwritten, replaced_in_place


@pytest.mark.parametrize(
    "name",
    ["IsConverted", "Converted Opportunity Id", "lifecyclestage", "HS_LEAD_STATUS", "statecode",
     "hs_date_entered_customer", "num_associated_deals", "Disqualified Reason"],
)  # fmt: skip
def test_names_known_after_the_outcome_are_recognised_however_they_are_written(name):
    assert known_after_outcome(name).startswith("it ")


@pytest.mark.parametrize(
    "name", ["Industry", "LeadSource", "Country", "Marital Status", "y", "Age"]
)
def test_names_known_at_creation_are_left_alone(name):
    assert known_after_outcome(name) == ""


@pytest.mark.parametrize(
    "name",
    ["LastActivityDate", "Last Notable Activity", "hs_analytics_num_page_views", "OwnerId",
     "Lead Quality", "Days Since Last Visit", "TotalVisits", "Lead Score", "modifiedon",
     "Age (in days)", "Deal Age", "Days in stage"],
)  # fmt: skip
def test_names_of_what_is_true_today_look_overwritten(name):
    assert looks_overwritten(name)


@pytest.mark.parametrize(
    "name",
    ["Industry", "numemployees", "Annual Revenue", "Blast Radius", "Asymmetrique Index"],
)
def test_names_of_what_stays_do_not_look_overwritten(name):
    assert not looks_overwritten(name)


@pytest.mark.parametrize("name", ["Lead Status", "LastActivity", "is_sql", "Rating", "tag"])
def test_names_of_what_is_written_anew_are_recognised(name):
    assert replaced_in_place(name)


@pytest.mark.parametrize(
    "name", ["TotalVisits", "Page Views Per Visit", "visits_last_7_days", "stages", "Tagline"]
)
def test_totals_and_other_names_are_not_taken_for_written_anew(name):
    assert not replaced_in_place(name)


@pytest.mark.parametrize(
    "name",
    ["Probability", "ExpectedRevenue", "ForecastCategoryName", "FiscalQuarter", "LossReason__c",
     "Loss_Reason__c", "Reason lost", "Won on", "Verlustgrund", "Motif de perte", "Win Probability",
     "Cancellation survey", "Deal - Lost reason", "lost_reason_id", "actualclosedate",
     "Is Closed Won", "date_closed"],
)  # fmt: skip
def test_what_follows_the_end_is_known_by_name_in_any_export(name):
    assert known_after_outcome(name)


@pytest.mark.parametrize(
    "name", ["Type", "CurrencyIsoCode", "CreatedById", "default", "age", "Var1", "Winter sale"]
)
def test_common_words_are_left_alone_where_no_crm_is_known(name):
    assert known_after_outcome(name) == ""
    assert not looks_overwritten(name)
