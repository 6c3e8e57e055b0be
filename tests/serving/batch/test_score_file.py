import gzip

import pandas as pd
import pytest

from leadgate.bundle.bundle import load_bundle
from leadgate.config import Data
from leadgate.connectors.decided import decided
from leadgate.connectors.scores import read_scores
from leadgate.errors import DataError
from serving.batch.score_file import score_file
from serving.scoring.scorer import Scorer
from tests.features.io.workbooks import write_xlsx

ROWS = [["lead_id", "created_at"], ["a", "2026-01-02T03:04:05Z"], ["b", "2026-01-03T03:04:05Z"]]
TEXT = "".join(",".join(row) + "\n" for row in ROWS)


@pytest.fixture
def scored(bundle, tmp_path):
    """Score a file by the small model; return the ids and warnings, and the notes."""

    def scored(source, data=None, **given):
        scorer = Scorer(load_bundle(bundle))
        if data:
            scorer.data = Data.model_validate(data)
        result = score_file(scorer, source, tmp_path / "scores.csv", **given)
        frame = pd.read_csv(tmp_path / "scores.csv", keep_default_na=False)
        said = dict(zip(frame["lead_id"], frame["warnings"], strict=True))
        return said, result.notes

    return scored


def test_a_file_to_score_may_be_of_any_kind(scored, tmp_path):
    (tmp_path / "leads.csv").write_text(TEXT)
    (tmp_path / "leads.gz").write_bytes(gzip.compress(TEXT.encode()))
    (tmp_path / "sep.csv").write_text("sep=;\n" + TEXT.replace(",", ";"))
    write_xlsx(tmp_path / "leads.xlsx", {"Leads": ROWS})
    answers = [scored(tmp_path / n) for n in ("leads.csv", "leads.gz", "sep.csv", "leads.xlsx")]
    assert answers[1:] == answers[:1] * 3
    assert list(answers[0][0]) == ["a", "b"]


def test_a_cut_row_is_answered_in_its_place_and_the_file_is_described(scored, tmp_path):
    (tmp_path / "leads.csv").write_text("Leads to score\n" + TEXT + "c,d,e\n")
    said, notes = scored(tmp_path / "leads.csv")
    assert list(said) == ["a", "b", ""]
    assert said[""].endswith("not scored: it has 3 fields where the header has 2")
    assert notes[:2] == [
        "leads.csv: 1 line above the header is left out",
        "leads.csv: row 3 is cut into more or fewer fields than the header. Quote fields that "
        "hold the separator, or set data.separator",
    ]


def test_no_id_of_a_file_of_scores_is_a_formula_and_each_is_read_back(bundle, tmp_path):
    ids = ["=1+1", "+49", "-7", "@a", "'=1", "'a", "007"]
    rows = TEXT.splitlines()
    text = "\n".join([rows[0], *(rows[1].replace("a", name, 1) for name in ids)])
    (tmp_path / "leads.csv").write_text(text + "\n")
    score_file(Scorer(load_bundle(bundle)), tmp_path / "leads.csv", tmp_path / "scores.csv")
    lines = (tmp_path / "scores.csv").read_text().splitlines()
    cells = [line.split(",")[0] for line in lines[1:]]
    assert cells == ["'=1+1", "'+49", "'-7", "'@a", "''=1", "'a", "007"]
    assert [lead for lead, _ in decided(read_scores(tmp_path / "scores.csv"))] == ids


def test_the_sheets_of_the_training_are_read(scored, tmp_path):
    path = write_xlsx(tmp_path / "crm.xlsx", {"Leads": ROWS, "Calls": [["a", "b"], ["c", "d"]]})
    with pytest.raises(DataError, match="more than one sheet holds a table"):
        scored(path)
    data = {
        "leads": {"path": "old.xlsx", "sheet": "Leads"},
        "activities": [{"path": {"path": "crm.xlsx", "sheet": "Calls"}, "lead_id": "a"}],
    }
    assert list(scored(path, data)[0]) == ["a", "b"]
    (tmp_path / "leads.csv").write_text(TEXT)
    assert list(scored(tmp_path / "leads.csv", data)[0]) == ["a", "b"]
    with pytest.raises(DataError, match=r"no column (occurred_at|type).*Its columns: a, b\."):
        scored(path, data, activities=[path])


def test_a_workbook_without_the_sheet_of_the_training_is_read_where_it_has_one_table(
    scored, tmp_path
):
    data = {"leads": {"path": "old.xlsx", "sheet": "Leads Detail"}}
    path = write_xlsx(tmp_path / "new.xlsx", {"Sheet": ROWS})
    assert list(scored(path, data)[0]) == ["a", "b"]
    path = write_xlsx(tmp_path / "two.xlsx", {"Sheet": ROWS, "Copy": ROWS})
    with pytest.raises(DataError, match="more than one sheet holds a table"):
        scored(path, data)
