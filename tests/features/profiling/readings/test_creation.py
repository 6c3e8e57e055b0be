import pandas as pd
import pytest

from features.crm.crm_object import CrmObject
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.creation import Creation

N = 40
DAYS = pd.date_range("2026-01-05", periods=N, freq="D").strftime("%Y-%m-%d").tolist()
LATER = pd.date_range("2026-02-05", periods=N, freq="D").strftime("%Y-%m-%d").tolist()


def creation(**columns):
    return Creation.of(ColumnProfile.of(pd.DataFrame(columns)), CrmObject(), [])


@pytest.mark.parametrize(
    "name",
    ["Created Time", "Lead_Creation_Date", "deal_created_date", "Anfrage vom", "Erstellungszeit",
     "Date de création", "Data de entrada", "DateCreatedUTC", "Deal - Deal created"],
)  # fmt: skip
def test_the_creation_is_known_by_its_name_or_a_word_of_it(name):
    made = creation(**{"Closing Date": LATER, name: DAYS, "Modified Time": LATER})
    assert (made.column, made.why, made.questions) == (name, "", ())


@pytest.mark.parametrize("name", ["Company created", "First deal created date", "Created by"])
def test_the_creation_of_something_else_is_not_that_of_the_lead(name):
    assert creation(**{name: LATER, "Tullut": DAYS}).column == "Tullut"


def test_of_several_times_the_earliest_is_taken_and_the_others_asked_about():
    made = creation(Puhui=LATER, Tullut=DAYS)
    assert made.column == "Tullut"
    assert [question.others for question in made.questions] == [("Puhui",)]


def test_a_column_of_times_is_never_overlooked_in_silence():
    made = creation(**{"Last Modified": DAYS, "Closing Date": LATER})
    assert made.column is None
    (question,) = made.questions
    assert question.others == ("Last Modified", "Closing Date")


def test_without_a_column_of_times_there_is_nothing_to_ask():
    assert creation(Industry=["a"] * N) == Creation(None)


@pytest.mark.parametrize("name", ["Created", "Application Date", "Datum"])
def test_a_time_that_cannot_be_read_is_asked_about(name):
    made = creation(**{name: [f"{i % 28 + 1}. Tag, {i} Uhr" for i in range(N)]})
    assert made.column is None
    assert [question.key for question in made.questions] == ["data.date_format"]


def test_a_column_that_most_leads_lack_is_not_the_creation():
    assert creation(Created=[*DAYS[:5], *[""] * 35]).column is None
