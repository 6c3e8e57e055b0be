import pandas as pd

from features.crm.crm_object import CrmObject
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.outcome import OutcomeGuess


def outcome(**columns):
    return OutcomeGuess.of(ColumnProfile.of(pd.DataFrame(columns)), CrmObject())


def test_of_several_columns_the_one_that_closes_most_leads_is_taken():
    made = outcome(
        **{
            "Deal Stage": ["Project won", "Project lost"] + ["Invoice sent", "Not relevant"] * 4,
            "Deal Status": ["Won", "Dead"] * 5,
        }
    )
    assert (made.column, made.kinds.won, made.kinds.lost) == ("Deal Status", ["Won"], ["Dead"])
    (question,) = made.questions
    assert (question.key, question.others) == ("columns.outcome", ("Deal Stage",))
    assert question.why == "Deal Status closes 10 leads, Deal Stage closes 2"


def test_words_come_before_a_flag_though_it_closes_every_lead():
    made = outcome(IsWon=["1", "0", "0", "0"] * 5, StageName=["Won", "Lost", "Demo", "Demo"] * 5)
    assert (made.column, made.questions) == ("StageName", ())


def test_a_flag_comes_before_words_of_another_matter_that_few_leads_have():
    made = outcome(y=["yes", "no"] * 10, poutcome=["success", "failure"] + ["none"] * 18)
    assert made.column == "y"


def test_a_flag_is_known_by_a_win_in_its_name():
    made = outcome(Contacted=["Y", "N"] * 5, **{"Kunde geworden": ["ja", "nein"] * 5})
    assert (made.column, made.kinds.won) == ("Kunde geworden", ["ja"])


def test_qualified_is_a_step_where_there_is_a_stronger_word():
    made = outcome(status=["qualified", "converted", "lost", "contacted"] * 3)
    assert made.kinds.won == ["converted"]
    assert made.kinds.rest == ["qualified", "contacted"]
    (question,) = made.questions
    assert question.others == (["qualified", "converted"],)
    assert question.why.startswith("qualified (3 leads) sounds like a win, too")


def test_without_a_word_of_a_win_there_is_no_outcome():
    assert outcome(status=["open", "lost"] * 3) == OutcomeGuess()
    assert OutcomeGuess().ended([]) == {}
