"""Asking on a terminal what `init` cannot know."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from leadgate.cli.output import console_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from features.profiling.guess import Guess
    from leadgate.config import Answer, Question


def on_a_terminal() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def settle(guess: Callable[[dict[str, Answer]], Guess], made: Guess) -> Guess:
    """Ask until nothing is open that has a second reading; the likelier one is the default.

    Parameters
    ----------
    guess
        Guesses anew with what was decided.
    made
        The first guess.
    """
    answers: dict[str, Answer] = {}
    while question := _next(made, answers):
        answers[question.key] = _ask(question)
        made = guess(answers)
    return made


def _next(made: Guess, answers: dict[str, Answer]) -> Question | None:
    return next((q for q in made.questions if q.others and q.key not in answers), None)


def _ask(question: Question) -> Answer:
    readings = [question.chosen, *question.others]
    console = console_on("stdout")
    console.print(f"\n{question.key}: {question.why}.")
    for number, reading in enumerate(readings, start=1):
        console.print(f"  {number}  {_said(reading)}")
    while True:
        chosen = int(typer.prompt("Which", default=1, type=int))
        if 1 <= chosen <= len(readings):
            return readings[chosen - 1]
        console.print(f"Give a number from 1 to {len(readings)}.")


def _said(reading: Answer) -> str:
    if isinstance(reading, list):
        return ", ".join(reading) or "none"
    return str(reading) or "none"
