import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.parsing.export_format import ExportFormat
from features.parsing.time_format import TimeFormat
from features.parsing.times import parse_times
from leadgate.config import Data

DATA = Data(leads="leads.csv")


def learn(columns, times=("Created",), **data):
    leads = pd.DataFrame(columns)
    names = [leads[name] for name in times]
    return ExportFormat.learn(Data(leads="leads.csv", **data), leads, names)


def test_what_columns_decide_is_learned():
    learned = learn({"Created": ["31/01/24", "01/02/24"], "Amount": ["1.234,5", "1.234"]})
    assert learned.times == {"Created": TimeFormat("dmy", clock=False, kinds=("numbers",))}
    assert learned.decimals == {"Amount": ","}
    assert learned.columns == ("Created", "Amount")


@pytest.mark.parametrize(
    ("values", "format_"),
    [
        (["2024-01-31", "2024-02-01"], TimeFormat("", clock=False, kinds=("iso",))),
        (["2024-01-31T00:00:00Z"], TimeFormat("", clock=False, kinds=("iso",))),
        (["2024-01-31", "2024-02-01 10:00"], TimeFormat("", clock=True, kinds=("iso",))),
        (
            ["2024-01-31", "31/01/2024 1:00"],
            TimeFormat("dmy", clock=True, kinds=("iso", "numbers")),
        ),
        (["", "45321"], TimeFormat("", clock=False, kinds=("serial",))),
    ],
)
def test_the_way_of_writing_is_learned_from_every_value(values, format_):
    assert learn({"Created": pd.Series(values, dtype="str")}).times == {"Created": format_}


@pytest.mark.parametrize(
    ("amounts", "decimals"),
    [
        (["45.293,97 €", "12,50 €"], {"Staff": ","}),
        (["45,293.97", "12.50"], {"Staff": "."}),
        (["45.293,97", "12.50"], {}),
        (["45", "12"], {}),
    ],
)
def test_whole_numbers_are_written_as_the_other_numbers_of_the_export(amounts, decimals):
    learned = learn({"Created": ["2024-01-31"] * 2, "Paid": amounts, "Staff": ["5", "120"]})
    assert learned.decimals == decimals


def test_typed_columns_are_learned_as_such():
    learned = learn({"Created": pd.to_datetime(["2024-01-31 10:00"])})
    assert learned.times["Created"].kinds == ("typed",)


@pytest.mark.parametrize("values", [["01/02/2024", "03/04/2024"], ["x"], []])
def test_a_column_that_decides_nothing_is_left_to_whoever_reads_it(values):
    assert learn({"Created": pd.Series(values, dtype="str")}).times == {}


def test_tables_that_decide_differently_are_each_left_to_themselves():
    tables = [pd.Series(texts, name="Date") for texts in (["31/01/2024"], ["01/31/2024"])]
    learned = ExportFormat.learn(DATA, pd.DataFrame(), tables)
    assert learned.times["Date"].order == ""


def test_the_settings_of_an_export_hold_what_was_learned():
    learned = ExportFormat({"Created": TimeFormat("dmy")}, {"Amount": ","})
    data = learned.applied_to(DATA)
    assert data.date_format_of("Created") == "dmy"
    assert data.date_format_of("Closed") == "auto"
    assert data.decimal_of("Amount") == ","
    assert learned.applied_to(data) == data


def test_what_the_owner_says_wins():
    learned = ExportFormat({"A": TimeFormat("dmy"), "B": TimeFormat("dmy")}, {"A": ","})
    by_column = learned.applied_to(Data(leads="x", date_format={"A": "mdy"}, decimal={"A": "."}))
    assert (by_column.date_format_of("A"), by_column.date_format_of("B")) == ("mdy", "dmy")
    assert by_column.decimal_of("A") == "."
    whole = learned.applied_to(Data(leads="x", date_format="%d.%m.%Y", decimal="."))
    assert whole.date_format_of("B") == "%d.%m.%Y"
    assert whole.decimal_of("A") == "."


def test_without_a_format_nothing_changes():
    assert ExportFormat.from_dict({}).applied_to(DATA) == DATA


def test_a_format_survives_json():
    learned = learn({"Created": ["31/01/24", ""], "Amount": ["1.234,5", "1.234"]})
    assert ExportFormat.from_dict(json.loads(json.dumps(learned.to_dict()))) == learned


DATES = ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%m/%d/%y %I:%M %p", "%d-%m-%y", "%Y-%m-%d",
         "%d %b %Y", "%B %d, %Y %H:%M:%S", "%Y%m%d", "%Y-%m-%dT%H:%M:%SZ"]  # fmt: skip
moments = st.datetimes(pd.Timestamp("1990-01-01"), pd.Timestamp("2026-11-30"))


@given(st.lists(moments, max_size=20), st.sampled_from(DATES), st.integers(13, 28))
def test_any_format_of_dates_that_decide_their_order_gives_the_same_instants(dates, format_, day):
    """Once learned, each date is read so by itself, too."""
    dates = [*dates, pd.Timestamp(2024, 1, day), pd.Timestamp(2023, 12, 30)]
    texts = pd.Series([date.strftime(format_) for date in dates], name="Created", dtype="str")
    expected = pd.to_datetime(texts, format=format_).astype("datetime64[us]").astype("int64")
    learned = ExportFormat.learn(DATA, texts.to_frame(), [texts]).applied_to(DATA)
    together = parse_times(texts, where="f", date_format=learned.date_format_of("Created"))
    assert together.us.tolist() == expected.tolist()
    alone = parse_times(texts[:1], where="f", date_format=learned.date_format_of("Created"))
    assert alone.us[0] == expected[0]
