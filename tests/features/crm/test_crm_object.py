from features.crm.crm_object import CrmObject

ZOHO = CrmObject.of(
    {
        "crm": "Z",
        "name": "Z deals",
        "outcomes": {"stage": {"aliases": ["Phase"], "won": ["Done"], "lost": ["Gone"]}},
        "after_outcome": {"it is why": ["Loss Reason"]},
        "after_outcome_here": {"it ends": ["Age"]},
        "overwritten": {"sales changes it": ["Owner"]},
        "history": {},
    }
)


def test_the_values_of_a_column_mean_what_its_object_says_whatever_it_is_called():
    outcomes = ZOHO.outcomes_of("Phase", ["Done (Sales)", "Gone", "Talking"])
    assert (outcomes.won, outcomes.lost, outcomes.open) == (["Done (Sales)"], ["Gone"], [])
    assert ZOHO.outcomes_of("Status", ["Done"]) is None


def test_reasons_are_those_of_the_object():
    assert ZOHO.why_after_outcome("Loss_Reason__c") == "it is why"
    assert ZOHO.why_after_outcome("Age") == "it ends"
    assert ZOHO.reasons_anywhere.of("Age") == ""
    assert ZOHO.why_overwritten("owner") == "sales changes it"
    assert CrmObject().why_after_outcome("Loss Reason") == ""
