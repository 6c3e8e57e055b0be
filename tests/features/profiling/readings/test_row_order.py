import numpy as np
import pandas as pd
import pytest

from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.row_order import RowOrder


def order(lead_id="Lead ID", **columns):
    return RowOrder.of(ColumnProfile.of(pd.DataFrame(columns)), lead_id, [lead_id])


@pytest.mark.parametrize("pattern", ["{}", "L{:05}", "DEAL-{}", "58050280000568{:05}"])
def test_ids_that_fall_down_the_file_are_the_order(pattern):
    ids = [pattern.format(i) for i in range(300, 200, -1)]
    made = order(**{"Lead ID": ids})
    assert made.order == "Lead ID"
    (question,) = made.questions
    assert (question.chosen, question.others) == ("Lead ID", ("row",))
    assert "newest first" in question.why


def test_gaps_and_a_late_entry_make_no_difference():
    ids = [1000 - 3 * i for i in range(100)]
    ids[50] = 2000
    assert order(**{"Lead ID": ids}).order == "Lead ID"


@pytest.mark.parametrize(
    "ids",
    [
        list(range(100)),
        [f"{i * 7919 % 100:03}" for i in range(100)],
        list(range(19, 0, -1)),
        [f"{chr(65 + i % 26)}{100 - i}" for i in range(100)],
    ],
    ids=["rising", "shuffled", "too few", "many prefixes"],
)
def test_other_ids_leave_the_rows_as_they_are(ids):
    assert order(**{"Lead ID": ids}).order == "row"


def test_a_number_that_is_named_so_comes_first():
    made = order(**{"Lead ID": list(range(100, 0, -1)), "Lead Number": list(range(100, 0, -1))})
    assert (made.order, made.questions) == ("Lead Number", ())


def test_falling_amounts_are_no_order():
    amounts = np.linspace(9000, 100, 100)
    amounts[::7] = 5000
    assert order("row", Amount=amounts).order == "row"
