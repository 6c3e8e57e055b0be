import pytest

from features.crm.outcome_words import (
    Outcomes,
    is_flag,
    kind_of,
    of_activities,
    of_values,
    speak,
)


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


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("Closed won (Sales Pipeline)", "won"),
        ("G. Project Won", "won"),
        ("07 - Lost", "lost"),
        ("3) Verloren", "lost"),
        ("Geschlossen (verloren)", "lost"),
        ("Lost - too expensive", "lost"),
        ("Disqualified: no budget", "lost"),
        ("Closed Lost to Competition", "lost"),
        ("Open - Not Contacted", "unworked"),
        ("Closed - Not Converted", "lost"),
        ("Marketing Qualified Lead", "open"),
        ("Order received", "won_weaker"),
        ("Qualified", "won_weakest"),
        ("Oui", "yes"),
        ("Nee", "no"),
        ("Invoice sent", ""),
        ("Noch nicht gewonnen", ""),
    ],
)
def test_a_value_says_one_thing_whatever_stands_around_it(value, kind):
    assert kind_of(value) == kind


def test_a_weaker_word_is_a_win_only_where_there_is_no_stronger_one():
    outcomes = of_values(["qualified", "converted", "lost", "contacted"])
    assert (outcomes.won, outcomes.weaker) == (["converted"], ["qualified"])
    assert of_values(["Qualified", "Disqualified"]).won == ["Qualified"]
    outcomes = of_values(["Qualified", "Payment done", "Lost"])
    assert (outcomes.won, outcomes.weaker) == (["Payment done"], ["Qualified"])


def test_a_flag_is_the_weakest_of_all():
    assert of_values(["yes", "won", "no", "lost"]).won == ["won"]
    assert of_values(["yes", "no"]).flag
    assert not of_values(["won", "lost"]).flag


@pytest.mark.parametrize("values", [["S", "N"], ["on", "off"], ["Vero", "Falso"], ["t", "f"]])
def test_every_word_for_yes_that_a_table_may_hold_is_an_outcome_too(values):
    outcomes = of_values(values)
    assert (outcomes.won, outcomes.lost, outcomes.flag) == ([values[0]], [values[1]], True)


@pytest.mark.parametrize(
    ("won", "lost"), [("Ja", "Nein"), ("Oui", "Non"), ("Sí", "No"), ("Sim", "Não"), ("1", "0")]
)
def test_a_column_named_like_a_win_and_holding_yes_and_no_is_a_flag(won, lost):
    assert is_flag("Customer?", [won, lost])
    assert is_flag("Kunde geworden", [lost, won])
    assert not is_flag("Newsletter", [won, lost])
    assert not is_flag("Customer", [won, lost, "maybe"])


def test_what_a_crm_says_of_a_value_counts_more_than_its_words():
    stated = Outcomes(["1"], ["2"], [], ["0", "Qualified"])
    outcomes = of_values(["0", "1", "2", "Qualified"], stated)
    assert (outcomes.won, outcomes.lost, outcomes.open) == (["1"], ["2"], ["0", "Qualified"])


@pytest.mark.parametrize(
    "value", ["Absage Preis", "Absage kein Bedarf", "Refus client", "5. Storno (Preis)"]
)
def test_a_noun_of_loss_begins_its_reason(value):
    assert kind_of(value) == "lost"


@pytest.mark.parametrize("value", ["Vertrag liegt vor", "Angebot raus", "Nach Absage neu"])
def test_other_phrases_of_one_firm_say_nothing(value):
    assert kind_of(value) == ""
