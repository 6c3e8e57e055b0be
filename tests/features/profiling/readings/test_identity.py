import pandas as pd
import pytest

from features.crm.crm_object import CrmObject
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.identity import Identity


def identity(**columns):
    return Identity.of(ColumnProfile.of(pd.DataFrame(columns)), CrmObject())


N = 100
TITLES = [f"Panels for warehouse no. {i}" for i in range(N)]


@pytest.mark.parametrize(
    "name", ["deal_id", "Opportunity ID", "Lead No", "Vorgangs-Nr", "Offer Nr"]
)
def test_an_id_with_one_duplicate_stays_the_id(name):
    ids = [f"D{i}" for i in range(N - 1)] + ["D7"]
    assert identity(title=TITLES, **{name: ids}).column == name


def test_a_text_of_its_own_identifies_no_lead():
    assert identity(title=TITLES, stage=["a", "b"] * 50).column == "row"


def test_a_personal_column_identifies_no_lead():
    assert identity(contact=[f"p{i}@example.org" for i in range(N)]).column == "row"


def test_ids_that_a_spreadsheet_has_rounded_are_said_never_silent():
    made = identity(**{"Lead ID": ["5.80503E+18"] * N, "City": ["Bonn"] * N})
    assert (made.column, made.damaged) == ("row", ("Lead ID",))
    (question,) = made.questions
    assert question.why.startswith(
        "Lead ID looks like numbers that a spreadsheet has rounded (5.80503E+18): export it as text"
    )


def test_another_id_beside_a_rounded_one_is_taken():
    made = identity(**{"Lead ID": ["5,8E+18"] * N, "Deal ID": [f"{i}" for i in range(N)]})
    assert (made.column, made.questions) == ("Deal ID", ())
    assert made.damaged == ("Lead ID",)


def test_of_two_ids_the_one_that_no_two_leads_share_is_taken():
    people = [f"c{i % 60}" for i in range(N)]
    assert identity(contact_id=people, deal_id=[f"D{i}" for i in range(N)]).column == "deal_id"
