import pytest

from features.crm.outcome_words import of_activities, of_values, speak


def test_values_are_sorted_by_what_they_say():
    outcomes = of_values(
        ["Closed - Converted", "Closed - Not Converted", "Open - Not Contacted", "Working"]
    )
    assert outcomes.won == ["Closed - Converted"]
    assert outcomes.lost == ["Closed - Not Converted"]
    assert outcomes.unworked == ["Open - Not Contacted"]
    assert outcomes.complete


def test_flags_are_outcomes_too():
    assert of_values(["1", "0"]).won == ["1"]
    assert of_values(["false", "true"]).lost == ["false"]


def test_values_that_say_nothing_are_open():
    outcomes = of_values(["Working", "Nurturing"])
    assert (outcomes.won, outcomes.lost, outcomes.complete) == ([], [], False)


def test_activities_are_sorted_by_any_of_their_words():
    outcomes = of_activities(["A_ACTIVATED", "A_DECLINED", "email opened"])
    assert outcomes.won == ["A_ACTIVATED"]
    assert outcomes.lost == ["A_DECLINED"]


@pytest.mark.parametrize(
    ("won", "lost", "still_open"),
    [
        ("gewonnen", "verloren", "offen"),
        ("Geschlossen und gewonnen", "Geschlossen und verloren", "In Bearbeitung"),
        ("Fermée gagnée", "Fermée perdue", "En cours"),
        ("Cerrada ganada", "Cerrada perdida", "Abierta"),
        ("Ja", "Nein", "offen"),
        ("Deal - won", "Deal - lost", "In Progress"),
    ],
)
def test_values_are_sorted_in_other_languages_and_longer_names(won, lost, still_open):
    outcomes = of_values([lost, still_open, won])
    assert (outcomes.won, outcomes.lost, outcomes.open) == ([won], [lost], [still_open])


@pytest.mark.parametrize("value", ["Noch nicht gewonnen", "Not won", "Wonder", "Lost in transit"])
def test_a_word_that_is_denied_or_part_of_another_says_nothing(value):
    outcomes = of_values([value])
    assert (outcomes.won, outcomes.lost) == ([], [])


@pytest.mark.parametrize("value", ["Kein Interesse", "Not interested", "Pas intéressé"])
def test_no_interest_is_a_loss(value):
    assert of_values([value]).lost == [value]


def test_values_speak_of_an_outcome_when_some_end_in_won_and_some_in_lost():
    assert speak(["Fermé gagné", "En cours", "Fermé perdu"])
    assert not speak(["Fermé gagné", "En cours"])
    assert not speak(["yes", "no"])
