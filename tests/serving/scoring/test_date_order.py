"""Files whose dates are in another order than those of the training."""

import numpy as np
import pandas as pd
import pytest

from features.parsing.times import now, parse_instant
from leadgate.config import Data
from serving.scoring.date_order import DateOrder

DAY_FIRST = Data(leads="leads.csv", date_format={"Created": "dmy"})
LIMIT = parse_instant("2026-12-01T00:00:00Z", field="limit")


def order(*dates, data=DAY_FIRST):
    return DateOrder(pd.Series(dates, name="Created", dtype="str"), data)


def warning(*dates, ids=None, limit=LIMIT):
    ids = [f"L{i:03d}" for i in range(len(dates))] if ids is None else ids
    return order(*dates).warning(np.array(ids, dtype=object), limit)


def test_a_date_in_another_order_is_named_and_speaks_for_all_rows():
    dates = "03/09/2024", "09/13/2024", "09/14/2024"
    assert order(*dates).contradicting.tolist() == [False, True, True]
    reason = "Created is a date with the month first (mdy), the model reads the day first (dmy)"
    assert order(*dates).reason == reason
    assert warning(*dates) == (
        "Created is read day first (dmy), as in training, but 2 of its dates cannot be read so: if "
        'this file puts the month first, set date_format = { "Created" = "mdy" } under [data]'
    )


def test_a_date_that_only_the_order_of_the_training_reads_settles_the_others():
    dates = "03/09/2024", "13/09/2024", "09/14/2024"
    assert order(*dates).contradicting.tolist() == [False, False, True]
    assert warning(*dates) == ""


def test_dates_that_lie_in_the_future_are_doubted():
    assert "1 of its dates lie in the future" in warning("03/12/2026", "10/11/2026")
    assert "in the future" not in warning("03/11/2026", "10/11/2026")
    # What is the future is for the caller to say.
    assert "in the future" in warning("03/11/2026", "10/11/2026", limit=LIMIT - 45 * 86_400_000_000)
    assert "in the future" not in warning("03/12/2026", "10/11/2026", limit=now() + 10**16)


RISING = ["01/02/2026", "01/09/2026", "02/03/2026", "02/08/2026", "03/01/2026", "03/07/2026"]


def test_dates_that_rise_with_the_rows_only_when_read_otherwise_are_doubted():
    assert "in no order, read otherwise they are" in warning(*RISING)
    assert "in no order" in warning(*reversed(RISING))
    assert warning(*RISING[:-1]) == ""


def test_dates_that_rise_with_the_ids_are_doubted_in_any_order_of_the_rows():
    ids = [f"L{i}" for i in range(len(RISING))]
    mixed = [4, 0, 5, 2, 1, 3]
    assert "in no order" in warning(*[RISING[i] for i in mixed], ids=[ids[i] for i in mixed])
    assert warning(*[RISING[i] for i in mixed], ids=list("qwerty")) == ""


def test_days_of_one_month_read_as_one_day_of_many_months_are_doubted():
    days = ["09/04/2026", "09/02/2026", "09/05/2026", "09/03/2026"]
    assert "on the same days of many months" in warning(*days)
    assert warning(*days[:-1]) == ""
    # Imports on the first of each month are common.
    assert warning("01/04/2026", "01/02/2026", "01/05/2026", "01/03/2026") == ""


@pytest.mark.parametrize(
    "dates", [["2026-01-02", "2026-13-02"], ["13/01/2026", "02/01/2026"], ["", "x"], []]
)
def test_other_dates_are_left_alone(dates):
    assert warning(*dates) == ""
    assert not order(*dates).contradicting.any()


def test_a_column_of_which_no_order_is_known_is_left_to_decide():
    assert order("03/09/2024", data=Data(leads="leads.csv")).reason == ""
    assert order("03/09/2024", data=Data(leads="leads.csv", date_format="%d/%m/%Y")).reason == ""
