import pandas as pd
import pytest

from features.profiling.column_profile import ColumnProfile
from features.profiling.guess import guess
from features.profiling.readings.day_order import DayOrder
from features.tables import load_tables
from leadgate.config import Config


def day_order(*values, used=("Created",)):
    return DayOrder.of(ColumnProfile.of(pd.DataFrame({"Created": values})), used)


@pytest.mark.parametrize(
    ("value", "day_first", "month_first"),
    [
        ("03/04/2026", "%d/%m/%Y", "%m/%d/%Y"),
        ("3-4-2026 10:05", "%d-%m-%Y %H:%M", "%m-%d-%Y %H:%M"),
        ("03/04/2026 10:05:09 PM", "%d/%m/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M:%S %p"),
    ],
)
def test_either_order_is_offered_as_the_dates_are_written(value, day_first, month_first):
    (question,) = day_order(value, value.replace("04", "05").replace("-4-", "-5-")).questions
    assert question.others == (day_first, month_first)
    assert pd.to_datetime(value, format=day_first) != pd.to_datetime(value, format=month_first)


def test_dates_that_say_it_and_columns_that_are_not_used_raise_no_question():
    assert day_order("13/04/2026", "03/04/2026") == DayOrder()
    assert day_order("03/04/2026", used=()) == DayOrder()


def test_an_answer_is_written_and_read(tmp_path):
    rows = "".join(f"{i},0{i}/04/2026,{'Won' if i % 2 else 'Lost'}\n" for i in range(1, 10))
    (tmp_path / "leads.csv").write_text("Id,Created,Stage\n" + rows)
    made = guess(tmp_path / "leads.csv")
    assert [question.key for question in made.questions] == ["data.date_format"]
    made = guess(tmp_path / "leads.csv", answers={"data.date_format": "%d/%m/%Y"})
    assert made.questions == []
    (tmp_path / "leadgate.toml").write_text(made.text)
    leads = load_tables(Config.load(tmp_path / "leadgate.toml")).leads
    assert leads["created_at"].dt.month.unique().tolist() == [4]
