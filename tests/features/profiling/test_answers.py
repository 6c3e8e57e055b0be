import tomllib

import pandas as pd
import pytest

from features.profiling.guess import guess

N = 60
DAYS = pd.date_range("2026-01-05", periods=N, freq="D")


@pytest.fixture
def export(tmp_path):
    frame = pd.DataFrame(
        {
            "Key": [f"k{i}" for i in range(N)],
            "Puhui": DAYS.strftime("%Y-%m-%d"),
            "Tullut": (DAYS - pd.Timedelta(days=3)).strftime("%Y-%m-%d"),
            "status": ["converted", "qualified", "working", "stalled"] * 15,
        }
    )
    frame.to_csv(tmp_path / "leads.csv", index=False)
    return tmp_path / "leads.csv"


def test_the_likelier_reading_is_taken_and_each_question_stands_in_the_text(export):
    made = guess(export)
    keys = ["columns.created_at", "columns.won", "columns.lost"]
    assert [question.key for question in made.questions] == keys
    lines = made.text.splitlines()
    for question in made.questions:
        key = question.key.removeprefix("columns.")
        below = lines[lines.index(question.comment) + 1]
        assert below.startswith(f"{key} = ")


@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("columns.created_at", "Puhui"),
        ("columns.created_at", "Tullut"),
        ("columns.won", ["converted", "qualified"]),
        ("columns.lost", "rest"),
        ("columns.lost", ["stalled"]),
        ("columns.outcome", "status"),
        ("columns.lead_id", "row"),
    ],
)
def test_an_answer_is_written_and_not_asked_again(export, key, answer):
    made = guess(export, answers={key: answer})
    assert tomllib.loads(made.text)["columns"][key.removeprefix("columns.")] == answer
    assert key not in [question.key for question in made.questions]


def test_no_column_at_all_may_be_the_answer(export):
    made = guess(export, answers={"columns.created_at": ""})
    columns = tomllib.loads(made.text)["columns"]
    assert "created_at" not in columns
    assert columns["order"] == "row"
    made = guess(export, answers={"columns.created_at": "", "columns.order": "Key"})
    assert tomllib.loads(made.text)["columns"]["order"] == "Key"


def test_a_time_that_is_no_closing_is_taken_back(tmp_path):
    stages = ["won", "lost", "demo"] * 20
    frame = pd.DataFrame({"Id": range(N), "Created": DAYS.strftime("%Y-%m-%d"), "Stage": stages})
    ends = (DAYS + pd.Timedelta(days=9)).strftime("%Y-%m-%d")
    frame["paid_at"] = [d if s == "won" else "" for d, s in zip(ends, stages, strict=True)]
    frame.to_csv(tmp_path / "leads.csv", index=False)
    made = guess(tmp_path / "leads.csv")
    assert tomllib.loads(made.text)["columns"]["closed_at"] == "paid_at"
    made = guess(tmp_path / "leads.csv", answers={"columns.closed_at": ""})
    guessed = tomllib.loads(made.text)
    assert "closed_at" not in guessed["columns"]
    assert guessed["target"] == {}
    assert made.questions == []
