import pandas as pd
import pytest

from features.crm.personal import personal

PEOPLE = pd.Series([f"person {i}" for i in range(30)])


@pytest.mark.parametrize(
    "name",
    ["Email", "Work Phone", "first_name", "FullName", "IP Address", "Nachname",
     "Téléphone"],
)  # fmt: skip
def test_columns_are_personal_by_name(name):
    assert personal(name, PEOPLE) == "its name"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["a@b.org", "c.d@e.co.uk", "?"], "it holds e-mail addresses"),
        (["10.0.0.1", "192.168.1.20"], "it holds IP addresses"),
        (["+49 30 1234567", "+1 (212) 555-0100"], "it holds telephone numbers"),
    ],
)
def test_columns_are_personal_by_what_they_hold(values, why):
    assert personal("Field 7", pd.Series(values)) == why


def test_preferences_and_counts_name_nobody():
    assert personal("Do Not Email", pd.Series(["yes", "no"])) == ""
    assert personal("Email Opens", pd.Series([str(i) for i in range(30)])) == ""
    assert personal("Company Name", PEOPLE) == ""
    assert personal("Email", pd.Series([], dtype="str")) == ""


def test_a_few_names_of_people_are_personal_and_answers_are_not():
    assert personal("Vorname", pd.Series(["Jörg", "Zoë", "Bernd", "Anaïs"])) == "its name"
    assert personal("Telefon", pd.Series(["ja", "nein", "unbekannt"])) == ""
    assert personal("Email Opt Out", pd.Series(["yes", "no", "unknown", "later"])) == ""


def test_telephone_numbers_without_a_plus_are_personal_by_name():
    assert personal("Mobile", pd.Series([str(491_700_000_000 + i) for i in range(30)]))
