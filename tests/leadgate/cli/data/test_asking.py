"""Questions on a terminal: asked until nothing has a second reading."""

import io

import pytest

from features.profiling.guess import Guess
from leadgate.cli.data import asking
from leadgate.config import Question

WON = Question("columns.won", ["a"], (["a", "b"],), "b may be a step")
LOST = Question("columns.lost", "rest", ([],), "some may be open")
DATES = Question("data.date_format", "auto", (), "they cannot be read")


def guessing(*questions):
    """Guess with these questions; `answers` of the last guess are kept."""

    def guess(answers):
        guess.answers = dict(answers)
        return Guess("", [], [q for q in questions if q.key not in answers])

    return guess


@pytest.fixture
def typed(monkeypatch):
    def of(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return of


def test_the_likelier_reading_is_the_default_and_others_have_numbers(typed, capsys):
    typed("\n2\n")
    guess = guessing(WON, LOST)
    made = asking.settle(guess, guess({}))
    assert guess.answers == {"columns.won": ["a"], "columns.lost": []}
    assert made.questions == []
    out = capsys.readouterr().out
    assert "columns.won: b may be a step." in out
    assert "2  a, b" in out
    assert "2  none" in out


def test_a_number_that_is_no_reading_is_asked_again(typed, capsys):
    typed("7\n2\n")
    guess = guessing(WON)
    asking.settle(guess, guess({}))
    assert guess.answers == {"columns.won": ["a", "b"]}
    assert "Give a number from 1 to 2." in capsys.readouterr().out


def test_what_has_no_second_reading_is_not_asked(typed):
    typed("")
    guess = guessing(DATES)
    assert asking.settle(guess, guess({})).questions == [DATES]
    assert not asking.on_a_terminal()
