import pytest

from serving.scoring.expected_columns import ExpectedColumns

IMPORTANCE = {"Lead Source": 0.3, "Demo booked": 0.15, "Country": 0.02}
TRAINED = frozenset({*IMPORTANCE, "Lead ID", "Created Date", "Email"})


def expected(most_lost=0.33, importance=IMPORTANCE):
    return ExpectedColumns(frozenset(IMPORTANCE), importance, TRAINED, most_lost)


def test_absent_columns_are_those_that_the_model_reads():
    assert expected().absent(["Country", "Email", "LeadSource"]) == ["Demo booked", "Lead Source"]
    assert expected().absent(TRAINED) == []


@pytest.mark.parametrize("new", ["LeadSource", "Lead_Source__c", "lead source", "Lead Sources"])
def test_a_sentence_names_the_likely_new_name(new):
    assert expected().sentences(["Lead Source"], [new, "Country", "Lead ID"]) == [
        f"column Lead Source is not there (is it {new} now?): taken as missing"
    ]


@pytest.mark.parametrize("there", [[], ["Email"], ["Shoe size"]])
def test_a_column_that_training_had_is_no_new_name_of_another(there):
    assert expected().sentences(["Country"], there) == [
        "column Country is not there: taken as missing"
    ]


def test_a_row_names_few_of_very_many_columns():
    names = [f"Column {i:02}" for i in range(12)]
    many = ExpectedColumns(frozenset(names), {}, frozenset(names), 0.33)
    warnings = many.warnings(names, [])
    assert len(warnings) == 6
    assert warnings[-1] == "7 more columns are not there"
    assert len(many.sentences(names, [])) == 12


@pytest.mark.parametrize(
    ("most_lost", "doubt"),
    [(0.45, "columns that carry 45% of what the model looks at are not there"), (0.4501, "")],
)
def test_from_the_settable_share_on_a_lead_is_in_doubt(most_lost, doubt):
    assert expected(most_lost).doubt(["Lead Source", "Demo booked"]) == doubt


def test_nothing_is_lost_of_a_model_that_does_not_say_what_columns_are_worth():
    assert expected(importance={}).doubt([*IMPORTANCE]) == ""
    assert expected().doubt([]) == ""


def test_a_renamed_column_is_one_whose_likely_new_name_is_there():
    absent = ["Country", "Lead Source"]
    assert expected().renamed(absent, ["LeadSource", "Email", "Shoe size"]) == ["Lead Source"]
    assert expected().renamed(absent, ["Email"]) == []
