import numpy as np
import pandas as pd
import pytest

from features.parsing.times import NAT
from features.schema.canonical import HANDOFFS, OUTCOMES, TABLES, Kind, Place, complete
from features.schema.columns import ColumnReader
from leadgate.config import Data
from leadgate.errors import DataError

DATA = Data(leads="leads.csv", missing=["Select"])


def reader(**columns):
    return ColumnReader(pd.DataFrame(columns), DATA, "file.csv")


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_declarations_hold_together(table):
    """A stand-in is a column of times of the same table, and every word list is in lower case."""
    assert table.columns[0].name == "lead_id"
    assert len(set(table.names)) == len(table.names)
    for column in table.columns:
        assert column.needed or not column.filled
        assert (column.kind is Kind.WORD) == bool(column.words)
        assert all(word == word.lower() for word in column.words)
        if column.kind is Kind.TIME and column.default:
            assert table[column.default].kind is Kind.TIME
        if column.kind is Kind.FLAG:
            assert column.default in ("yes", "no")


def test_all_missing_columns_are_named():
    with pytest.raises(DataError, match=r"no column lead_id.*no column handed_off_at") as fault:
        reader(Id=["a"]).read(HANDOFFS)
    assert fault.value.code == "missing_column"


def test_columns_of_one_name_are_refused():
    frame = pd.DataFrame([["a", "b", "c"]], columns=["lead_id", "Size", "Size"])
    with pytest.raises(DataError, match=r"file.csv: several columns are called Size\.") as fault:
        ColumnReader(frame, DATA, "file.csv")
    assert fault.value.code == "duplicate_column"


def test_each_kind_is_read_and_what_cannot_be_is_rejected():
    read = reader(
        lead_id=["a", "b", "c", ""],
        outcome=["WON", "lost", "Closed Won", ""],
        worked=["Ja", "Select", "no", "perhaps"],
        closed_at=["2026-01-02", None, "", "2026-01-03"],
        amount=["1 234,5", "x", 3, None],
    )
    values = read.read(OUTCOMES)
    assert values["outcome"].column().tolist() == ["won", "lost", "closed won", ""]
    assert values["worked"].tolist() == [True, True, False, False]
    np.testing.assert_array_equal(values["amount"], [1234.5, np.nan, 3, np.nan])
    assert (values["closed_at"] == NAT).tolist() == [False, True, True, False]
    assert complete(OUTCOMES, values)["recorded_at"].tolist() == values["closed_at"].tolist()
    assert {why: np.flatnonzero(mask).tolist() for mask, why in read.faults.masks} == {
        "outcome is none of won, lost, open": [2],
        "it has no lead id": [3],
    }
    table, _ = read.accepted(values)
    assert table[Place.ROW].tolist() == [1, 2]
    assert table["outcome"].tolist() == ["won", "lost"]
