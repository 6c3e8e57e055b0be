"""Lines of a commented TOML file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadgate.config import Answer, Question
from leadgate.config.question import literal, one_line

_COMMENT_COLUMN = 36


def pair(key: str, value: Answer, why: str = "") -> str:
    """Return ``key = value  # why``."""
    return commented(f"{key} = {literal(value)}", why)


def listing(key: str, reasons: Mapping[str, str]) -> str:
    """Return a list of names, each on its own line with its reason; "" without names."""
    if not reasons:
        return ""
    lines = [commented(f"    {literal(name)},", why) for name, why in reasons.items()]
    return "\n".join([f"{key} = [", *lines, "]"])


def commented(text: str, why: str) -> str:
    """Return a line with a comment behind it, if there is one."""
    # A comment ends with its line, and a reason may quote the export.
    return f"{text:<{_COMMENT_COLUMN - 1}} # {one_line(why)}" if why else text


def with_questions(section: str, lines: Iterable[str], questions: Iterable[Question]) -> list[str]:
    """Put the questions of a section above the lines of their keys, or at the end of it."""
    asked = [q for q in questions if q.key.startswith(f"{section}.")]
    waiting = {q.key.split(".")[1]: q for q in asked}
    result: list[str] = []
    for line in lines:
        key = line.lstrip("# ").partition(" = ")[0]
        if question := waiting.pop(key, None):
            result.append(question.comment)
        result.append(line)
    return result + [question.comment for question in waiting.values()]
