"""A question that `init` left open in a configuration: two readings were possible."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Answer = str | float | list[str]

_MARK = "# ? "
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
_KEY = re.compile(r"([a-z_.]+): ")


@dataclass(frozen=True)
class Question:
    """The reading of an export that was chosen for a key, and others that are possible.

    In the file it is a comment: ``# ? key: chosen | other: reason``.

    Attributes
    ----------
    key
        Of the configuration, such as ``columns.won``.
    chosen
        What the file says there; "" where the key is left out.
    others
        What it could say as well.
    why
        The reason to ask.
    """

    key: str
    chosen: Answer
    others: tuple[Answer, ...]
    why: str

    @property
    def comment(self) -> str:
        """The line above the key."""
        readings = " | ".join(map(literal, (self.chosen, *self.others)))
        return f"{_MARK}{self.key}: {readings}: {one_line(self.why)}"

    @property
    def sentence(self) -> str:
        """The question, as `check` and `train` repeat it."""
        said = literal(self.chosen) if self.chosen != "" else "left out"
        others = "".join(f", or {literal(other)}" for other in self.others)
        mark = "?" if others else ""
        return f"Open question: {self.key} is {said}{others}{mark} ({self.why})"

    def to_dict(self) -> dict[str, Any]:
        """Return it as the JSON of `init` holds it."""
        others = list(self.others)
        return {"key": self.key, "chosen": self.chosen, "others": others, "why": self.why}

    def stands(self, values: Mapping[str, Any]) -> bool:
        """Whether a configuration still says what was chosen."""
        stated: Any = values
        for part in self.key.split("."):
            stated = stated.get(part, "") if isinstance(stated, Mapping) else ""
        return bool(stated == self.chosen)


def literal(value: Answer) -> str:
    """Return a value as TOML writes it, in one line."""
    # The escapes of JSON are those of TOML's basic strings, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def one_line(text: str) -> str:
    """Return text without what may not stand in a comment of TOML."""
    return " ".join(_CONTROL.sub(" ", text).split())


def questions_in(text: str) -> list[Question]:
    """Return the questions that stand as comments in the text of a configuration."""
    # Not splitlines: a name may hold what Python takes for the end of a line, and TOML does not.
    lines = (line.strip("\r").lstrip(" \t") for line in text.split("\n"))
    asked = (_parsed(line.removeprefix(_MARK)) for line in lines if line.startswith(_MARK))
    return [question for question in asked if question]


def _parsed(text: str) -> Question | None:
    """Read a comment; None where somebody has changed it beyond reading."""
    match = _KEY.match(text)
    if not match:
        return None
    decoder, place, readings = json.JSONDecoder(), match.end(), []
    while True:
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError:
            return None
        readings.append(value)
        if not text.startswith(" | ", place):
            break
        place += len(" | ")
    if not text.startswith(": ", place):
        return None
    return Question(match[1], readings[0], tuple(readings[1:]), text[place + 2 :])
