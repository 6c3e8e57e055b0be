import pandas as pd
import pytest

from features.crm.crm_object import CrmObject
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.closing import Closing
from features.profiling.readings.outcome import OutcomeGuess

N = 60
DAYS = pd.date_range("2026-01-05", periods=N, freq="D").strftime("%Y-%m-%d").tolist()
ENDS = pd.date_range("2026-01-15", periods=N, freq="D").strftime("%Y-%m-%d").tolist()


def closing(*, dated=True, **columns):
    profiles = ColumnProfile.of(pd.DataFrame({"Created": DAYS} | columns))
    outcome = OutcomeGuess.of(profiles, CrmObject(), ["Created"])
    created = profiles[0].times if dated else None
    return Closing.of(profiles, CrmObject(), created, outcome, ["Created", outcome.column])


def of_wins(stages):
    wins = [stage in ("Won", "Customer") for stage in stages]
    return [day if win else "" for day, win in zip(ENDS, wins, strict=True)]


STAGES = ["Won", "Lost", "Demo"] * 20


def test_the_closing_is_the_column_that_wins_have():
    made = closing(
        Stage=STAGES, **{"Close Date": [""] * (N - 1) + DAYS[:1], "Won at": of_wins(STAGES)}
    )
    assert (made.column, made.untimed_wins) == ("Won at", 0)
    assert made.horizon.days == 30
    assert (made.lost, made.why_lost) == (["Lost"], "sounds like a loss; all others are open")


def test_wins_without_a_closing_leave_no_horizon():
    made = closing(Stage=STAGES, **{"Close Date": ["", *ENDS[1:]]})
    assert (made.column, made.untimed_wins, made.horizon) == ("Close Date", 1, None)


def test_without_a_creation_there_is_no_closing():
    assert closing(dated=False, Stage=STAGES, **{"Close Date": ENDS}).column is None


@pytest.mark.parametrize(
    ("stages", "lost"),
    [
        (["Won", "Open", "Weird"] * 20, []),
        (["Customer", "Subscriber", "Opportunity"] * 20, []),
        (["Won", "Foo", "Bar", "Baz"] * 15, []),
        (["Won", "Weird"] * 30, "rest"),
    ],
    ids=["sounds open", "stages of a lifecycle", "several steps", "the other of two"],
)
def test_what_may_be_open_never_counts_as_lost(stages, lost):
    made = closing(
        Stage=stages,
        **{
            "Won at": [
                day if s in ("Won", "Customer") else "" for day, s in zip(ENDS, stages, strict=True)
            ]
        },
    )
    assert made.lost == lost
    (question,) = made.questions
    assert question.key == "columns.lost"
    assert {str(question.chosen), *map(str, question.others)} == {"[]", "rest"}


@pytest.mark.parametrize("name", ["Erledigt am", "Date de signature", "paid_at"])
def test_a_time_that_comes_with_the_end_is_the_closing_whatever_it_is_called(name):
    made = closing(Stage=STAGES, Touched=ENDS, **{name: of_wins(STAGES)})
    assert (made.column, made.horizon.days) == (name, 30)
    (question,) = made.questions
    assert (question.key, question.others) == ("columns.closed_at", ("",))


def test_a_time_before_the_creation_or_of_open_leads_is_no_closing():
    before = ["2025-01-01" if stage == "Won" else "" for stage in STAGES]
    assert closing(Stage=STAGES, Born=before).column is None
    assert closing(Stage=STAGES, Touched=ENDS).column is None
