import pytest

from features.crm.names import among, canonical, spellings


@pytest.mark.parametrize(
    "name", ["LossReason", "Loss_Reason__c", "loss reason", "LOSS-REASON", "Loss.Reason__r"]
)
def test_punctuation_case_blanks_and_the_suffix_of_custom_fields_do_not_count(name):
    assert canonical(name) == "lossreason"


def test_a_column_may_bear_the_kind_of_its_record():
    assert spellings("Deal - Status") == ("dealstatus", "status")
    assert spellings("Affaire - Étape") == ("affaireétape", "étape")
    assert spellings("Person - Name") == ("personname",)


def test_a_name_is_known_by_any_of_its_spellings():
    assert among("Deal - Lost reason", ["LostReason"])
    assert not among("Deal - Lost reason", ["Reason"])


def test_a_reference_of_dynamics_is_known_by_the_field_that_refers():
    assert canonical("_parentaccountid_value") == "parentaccountid"
    assert canonical("lead_value") == "leadvalue"
