import pandas as pd
import pytest

from features.crm.crm_object import CrmObject
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.end_flags import EndFlags, is_set
from features.profiling.readings.outcome import OutcomeGuess

N = 12
WON = ["1", "0", "0"] * N
CLOSED = ["1", "1", "0"] * N
# Words that say nothing by themselves.
STAGES = ["6 - Green", "0 - Grey", "2 - Blue"] * N


def profiles(**columns):
    return ColumnProfile.of(pd.DataFrame(columns))


def outcome(**columns):
    return OutcomeGuess.of(profiles(**columns), CrmObject())


def test_flags_say_what_the_words_of_a_firm_mean():
    made = outcome(Stage=STAGES, Won=WON, Closed=CLOSED)
    assert (made.column, made.kinds.won, made.kinds.lost) == ("Stage", ["6 - Green"], ["0 - Grey"])
    assert (made.kinds.open, made.closed, made.questions) == (["2 - Blue"], None, ())


def test_what_flags_say_counts_before_what_words_sound_like():
    made = outcome(Stage=["Qualified", "Parked", "Won over"] * N, IsWon=WON, IsClosed=CLOSED)
    assert (made.kinds.won, made.kinds.lost) == (["Qualified"], ["Parked"])


def test_a_flag_of_the_end_says_which_words_are_losses_where_words_say_which_are_wins():
    made = outcome(
        STAGE_ID=["WON", "APOLOGY", "EXECUTING", "NEW"] * N, CLOSED=["Y", "Y", "N", "N"] * N
    )
    assert (made.kinds.won, made.kinds.lost) == (["WON"], ["APOLOGY"])
    assert (made.kinds.open, made.kinds.unworked) == (["EXECUTING"], ["NEW"])


def test_a_flag_by_which_wins_go_on_is_none_of_the_end():
    made = outcome(Stage=["Won", "Lost", "Talk"] * N, Closed=["N", "Y", "Y"] * N)
    assert (made.kinds.lost, made.kinds.open) == (["Lost"], [])


def test_a_value_of_leads_that_ended_differently_is_read_by_its_words():
    flags = EndFlags.of(profiles(won=WON, closed=CLOSED))
    mixed = profiles(Stage=["Lost", "Lost", "Open"] * N)[0]
    meant = flags.meaning(mixed)
    assert (meant.won, meant.lost, meant.open) == ([], [], ["Open"])


@pytest.mark.parametrize(
    ("won", "closed", "yes", "no"),
    [
        ("is_won", "is_closed", "1", "0"),
        ("IsWon", "IsClosed", "true", "false"),
        ("Gewonnen", "Abgeschlossen", "Ja", "Nein"),
        ("Gagnée", "Clôturée", "Oui", "Non"),
        ("Ganado", "Cerrado", "Sí", "No"),
    ],
)
def test_of_flags_alone_one_says_who_won_and_the_other_who_has_ended(won, closed, yes, no):
    said = {"1": yes, "0": no}
    table = profiles(**{won: [said[v] for v in WON], closed: [said[v] for v in CLOSED]})
    made = OutcomeGuess.of(table, CrmObject())
    assert (made.column, made.kinds.won, made.closed.name) == (won, [yes], closed)
    ended = made.ended(table)
    assert {words: int(leads.sum()) for words, leads in ended.items()} == {
        "won leads": N, "lost leads": N, "leads never worked": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    "closed",
    [["0", "1", "0"] * N, ["1", "0", "0"] * N, ["1", "1", ""] * N],
    ids=["what is won is open", "nothing is lost", "it does not say so of each"],
)
def test_a_flag_that_does_not_fit_says_nothing(closed):
    assert EndFlags.of(profiles(won=WON, closed=closed)).closed is None


def test_every_lead_has_ended_where_the_flag_says_yes():
    assert is_set(profiles(closed=["Yes", "no", "Y"])[0]).tolist() == [True, False, True]
    assert EndFlags.of(profiles(Stage=STAGES)) == EndFlags()
