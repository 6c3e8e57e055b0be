"""Yes or no, by the words of the languages that exports are written in."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

import pandas as pd

from features.parsing.categorical import Categorical
from features.parsing.names import normalised, without_accents
from features.parsing.values import text_column, to_text
from leadgate.arrays import Bools
from leadgate.config import Flag


def flag(text: str) -> bool | None:
    """Return what canonical text says; None where it says neither yes nor no."""
    return _words().get(_plain(text))


def flagged(values: pd.Series, meant: Flag) -> Bools:
    """Return where a column has one of the values that count; shape (n,)."""
    words = frozenset(to_text(value).casefold() for value in meant.values)
    return Categorical.of(text_column(values)).where(lambda text: text.casefold() in words)


def _plain(text: str) -> str:
    return without_accents(normalised(text))


@cache
def _words() -> dict[str, bool]:
    words = tomllib.loads(Path(__file__).with_name("flags.toml").read_text(encoding="utf-8"))
    return {_plain(word): key == "yes" for key in ("yes", "no") for word in words[key]}
