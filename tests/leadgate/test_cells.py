"""Cells that no spreadsheet runs, and that give their texts back."""

import csv
import io

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate.cells import escaped, list_text, quoting, unescaped, unescaped_column

SIGNS = "=+-@\t\r"
TEXTS = st.lists(st.text("'=+-@\t\ra(1", max_size=6), min_size=1, max_size=10)


@given(TEXTS)
def test_no_cell_begins_with_a_sign_and_every_text_comes_back(texts):
    column = escaped(pa.table({"lead_id": texts})).column("lead_id")
    assert not any(text.startswith(tuple(SIGNS)) for text in column.to_pylist())
    assert unescaped_column(column).to_pylist() == texts
    assert [unescaped(text) for text in column.to_pylist()] == texts


@given(TEXTS)
def test_a_list_and_a_table_have_the_same_cells(texts):
    rows = list(csv.reader(io.StringIO(list_text(pd.DataFrame({"lead_id": texts})), newline="")))
    cells = [row[0] if row else "" for row in rows[1:]]
    assert cells == escaped(pa.table({"lead_id": texts})).column(0).to_pylist()


@pytest.mark.parametrize("sign", list(SIGNS))
def test_a_formula_is_marked_and_other_texts_are_left_alone(sign):
    texts = [f"{sign}cmd|' /C calc'!A0", f"a{sign}b", "(+) Source is Web", "'quoted'", ""]
    marked = escaped(pa.table({"text": texts})).column("text").to_pylist()
    assert marked == ["'" + texts[0], *texts[1:]]


def test_a_carriage_return_begins_no_cell():
    text = list_text(pd.DataFrame({"lead_id": ["a\r=1+1"], "uplift": [-0.5]}))
    assert list(csv.reader(io.StringIO(text, newline="")))[1] == ["a\r=1+1", "-0.5"]
    assert quoting(pa.table({"lead_id": ["a\r=1"]})) == csv.QUOTE_NONNUMERIC
    assert quoting(pa.table({"lead_id": ["a"]})) == csv.QUOTE_MINIMAL


def test_numbers_stay_numbers():
    frame = pd.DataFrame({"lead_id": ["a", "-7"], "uplift": [-0.02, 0.1], "row": [-1, 2]})
    assert list_text(frame) == "lead_id,uplift,row\na,-0.02,-1\n'-7,0.1,2\n"
    assert escaped(pa.table({"uplift": [-0.02]})).column("uplift").to_pylist() == [-0.02]
