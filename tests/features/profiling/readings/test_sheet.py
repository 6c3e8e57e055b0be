import tomllib

import pytest

from features.profiling.guess import guess
from features.tables import load_tables
from leadgate.config import Config
from tests.features.io.workbooks import write_xlsx

DEALS = [["Id", "Stage"], ["a", "Won"], ["b", "Lost"], ["c", "Demo"]]
PEOPLE = [["Name", "Region"], *([f"p{i}", "N"] for i in range(9))]


@pytest.fixture
def workbook(tmp_path):
    return write_xlsx(tmp_path / "crm.xlsx", {"People": PEOPLE, "Deals": DEALS})


def test_the_sheet_that_says_how_leads_ended_is_taken_and_asked_about(workbook, tmp_path):
    made = guess(workbook)
    (question,) = [q for q in made.questions if q.key == "data.leads.sheet"]
    assert (question.chosen, question.others) == ("Deals", ("People",))
    lines = made.text.splitlines()
    assert lines[lines.index(question.comment) + 1].startswith("leads = { path = ")
    path = tmp_path / "leadgate.toml"
    path.write_text(made.text)
    config = Config.load(path)
    assert question in config.questions
    assert len(load_tables(config).leads) == 3


def test_a_person_may_choose_another_sheet(workbook):
    made = guess(workbook, answers={"data.leads.sheet": "People"})
    assert tomllib.loads(made.text)["data"]["leads"]["sheet"] == "People"
    assert "data.leads.sheet" not in [q.key for q in made.questions]
