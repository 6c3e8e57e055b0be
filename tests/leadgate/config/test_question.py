import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadgate import Config
from leadgate.config.question import Question, one_line, questions_in

# A surrogate is no character, and no file that was decoded holds one.
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
readings = texts | st.lists(texts, max_size=3)


@given(readings, st.lists(readings, max_size=3), texts)
def test_a_question_survives_as_a_comment(chosen, others, why):
    question = Question("columns.won", chosen, tuple(others), one_line(why))
    text = f"[columns]\n{question.comment}\nwon = []\n"
    assert tomllib.loads(text) == {"columns": {"won": []}}
    assert questions_in(text) == [question]


def test_a_comment_names_the_readings_and_the_reason():
    question = Question("columns.won", ["a"], (["a", "b"],), "b may be a step")
    assert question.comment == '# ? columns.won: ["a"] | ["a", "b"]: b may be a step'
    assert question.sentence == (
        'Open question: columns.won is ["a"], or ["a", "b"]? (b may be a step)'
    )
    assert Question("columns.order", "", (), "why").sentence == (
        "Open question: columns.order is left out (why)"
    )


@pytest.mark.parametrize(
    "text", ["# ? what is this", "# ? columns.won: [", '# ? columns.won: "a" "b": c', "# columns"]
)
def test_a_comment_that_was_changed_beyond_reading_asks_nothing(text):
    assert questions_in(text) == []


@pytest.mark.parametrize(("won", "stands"), [('["a"]', True), ('["a", "b"]', False)])
def test_a_question_stands_while_the_file_says_what_was_chosen(tmp_path, won, stands):
    comment = Question("columns.won", ["a"], (["a", "b"],), "why").comment
    path = tmp_path / "leadgate.toml"
    path.write_text(
        '[data]\nleads = "x.csv"\n[columns]\nlead_id = "Id"\noutcome = "S"\n'
        f"{comment}\nwon = {won}\n"
    )
    assert bool(Config.load(path).questions) == stands


def test_a_key_that_is_left_out_is_no_reading_but_the_empty_one():
    assert Question("columns.created_at", "", ("A",), "why").stands({"columns": {}})
    assert not Question("columns.created_at", "", ("A",), "why").stands(
        {"columns": {"created_at": "A"}}
    )
