"""A score file is read whole or refused, with every row at fault named."""

import numpy as np
import pandas as pd
import pytest

from leadgate.connectors.scores import read_scores
from leadgate.errors import DataError

ROWS = pd.DataFrame(
    {
        "lead_id": ["1", "2", "3"],
        "as_of": "2026-01-05T09:12:46Z",
        "readiness": [0.0, 1.0, None],
        "grade": "B",
        "stage": "consideration",
        "decision": ["nurture", "hand_off", "review"],
        "model_version": "7",
    }
)


def refused(path):
    with pytest.raises(DataError, match=path.name) as error:
        read_scores(path)
    assert error.value.code == "bad_scores"
    return error.value.message


@pytest.mark.parametrize("name", ["scores.csv", "scores.parquet"])
@pytest.mark.parametrize(
    ("column", "values", "words"),
    [
        ("lead_id", ["1", "", " "], "lead_id is empty in row 2, 3"),
        ("lead_id", ["1", "2", "1"], "lead_id is that of another row in row 1, 3"),
        ("readiness", [0.5, 1.01, -0.01], "readiness is not between 0 and 1 in row 2, 3"),
        ("readiness", [0.5, np.inf, 0.5], "readiness is not between 0 and 1 in row 2"),
        ("readiness", ["0.5", "high", ""], "readiness holds something else than numbers"),
        (
            "as_of",
            ["2026-01-05", "2026-01-05T00:00:00", ""],
            "as_of is no instant with its time zone in row 1, 2, 3",
        ),
    ],
)
def test_a_value_that_cannot_be_pushed_is_named_by_its_row(tmp_path, name, column, values, words):
    path, rows = tmp_path / name, ROWS.assign(**{column: values})
    rows.to_csv(path, index=False) if path.suffix == ".csv" else rows.to_parquet(path)
    assert refused(path) == f"{path}: {words}."


def test_all_faults_are_named_together_and_no_more_than_five_rows_of_each(tmp_path):
    rows = pd.concat([ROWS] * 3).assign(readiness=2.0)
    rows.to_csv(tmp_path / "scores.csv", index=False)
    assert refused(tmp_path / "scores.csv").endswith(
        "lead_id is that of another row in row 1, 2, 3, 4, 5 and 4 more; "
        "readiness is not between 0 and 1 in row 1, 2, 3, 4, 5 and 4 more."
    )


def test_a_reason_of_two_lines_and_a_byte_order_mark_are_read(tmp_path):
    path = tmp_path / "scores.csv"
    ROWS.assign(reason_1="a\nb").to_csv(path, index=False, encoding="utf-8-sig")
    assert read_scores(path).column("reason_1").to_pylist() == ["a\nb"] * 3


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "there is no such file"),
        (b"", "it cannot be read"),
        (b"\xff\xfe\x00lead_id", "it cannot be read"),
        (b"lead_id,readiness\n1,0.5\n", "it has no as_of, grade, stage, decision, model_version"),
        (b"lead_id,as_of\n1", "it cannot be read"),
        (b"PAR1PAR1", "it cannot be read"),
    ],
)
@pytest.mark.parametrize("name", ["scores.csv", "scores.parquet"])
def test_another_file_is_refused(tmp_path, name, content, message):
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    words = refused(path)
    assert message in words or (name.endswith("parquet") and "it cannot be read" in words)


def test_a_column_that_comes_twice_is_refused(tmp_path):
    path = tmp_path / "scores.csv"
    twice = pd.concat([ROWS, ROWS[["grade"]]], axis=1)
    twice.to_csv(path, index=False)
    assert "it has grade more than once" in refused(path)


def test_a_folder_is_refused(tmp_path):
    assert "it cannot be read (IsADirectoryError)" in refused(tmp_path)
