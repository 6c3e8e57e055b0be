"""The reference of the configuration, written from the models that validate it: `make docs`."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from leadgate.cli import tables_reference
from leadgate.config import Config
from leadgate.database import Database, Sheet

INTRODUCTION = """\
# The configuration

One `leadgate.toml` for each data set. `leadgate init EXPORT` writes the first one; every command
reads the nearest one in the working folder or above it, or the one that `--config` names. All
faults are reported at once, each with its key. Paths are relative to the file, and `${NAME}` in a
path or URL is replaced by the environment variable. Every key may be left out unless it is
*required*.

This page is written by `make docs`.
"""
PLACES: dict[object, str] = {Database: "a database", Sheet: "a sheet"}
HEAD = ("| key | type | default | example | what it is for |", "|---|---|---|---|---|")
WORDS: dict[object, str] = {
    str: "text",
    int: "whole number",
    float: "number",
    bool: "true or false",
}
# Of pydantic's limits, by the attribute that holds them.
LIMITS = {"gt": "above {}", "ge": "{} or more", "le": "{} at most", "min_length": "not empty"}


def markdown() -> str:
    """Return the page: each section of the file with its keys, and the tables it names."""
    return (
        INTRODUCTION
        + "".join(_section(*section) for section in sections())
        + tables_reference.markdown()
    )


def sections() -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the heading and the model of each section, in the order of the file."""
    for name in ("data", "columns", "target", "policy", "tracking", "serving", "crm"):
        yield from _with_tables(name, "[{}]", Config.model_fields[name])
    yield "A sheet in place of a file", Sheet
    yield "A database in place of a file", Database


def _with_tables(
    path: str, brackets: str, field: FieldInfo
) -> Iterator[tuple[str, type[BaseModel]]]:
    for model in _models(field.annotation):
        yield f"`{brackets.format(path)}`", model
        for name, below in model.model_fields.items():
            listed = "[[{}]]" if get_origin(below.annotation) is list else "[{}]"
            yield from _with_tables(f"{path}.{name}", listed, below)


def _models(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the sections within a type; sheets and databases have sections of their own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if annotation not in PLACES:
            yield annotation
        return
    for part in get_args(annotation):
        yield from _models(part)


def _section(heading: str, model: type[BaseModel]) -> str:
    purpose = " ".join((model.__doc__ or "").replace("``", "`").split())
    rows = [_row(name, field) for name, field in model.model_fields.items()]
    return "\n".join(["", f"## {heading}", "", purpose, "", *HEAD, *rows, ""])


def _row(name: str, field: FieldInfo) -> str:
    examples = ", ".join(f"`{toml(example)}`" for example in field.examples or ())
    cells = (f"`{name}`", _type(field), _default(field), examples, field.description or "")
    return "| " + " | ".join(cells) + " |"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*required*"
    default = field.get_default(call_default_factory=True)
    return "" if default is None or isinstance(default, BaseModel) else f"`{toml(default)}`"


def _type(field: FieldInfo) -> str:
    limits = [
        sentence.format(getattr(limit, name))
        for limit in field.metadata
        for name, sentence in LIMITS.items()
        if hasattr(limit, name)
    ]
    return ", ".join([_words(field.annotation), *limits])


def _words(annotation: Any) -> str:  # noqa: ANN401 - a type, or what typing makes of one
    """Return what a type means in TOML."""
    if annotation in WORDS:
        return WORDS[annotation]
    if get_origin(annotation) is Literal:
        return " or ".join(f"`{toml(value)}`" for value in get_args(annotation))
    if get_origin(annotation) is list:
        inner = get_args(annotation)[0]
        plural = "s" * (inner in WORDS)
        return (
            "list of tables" if next(_models(inner), None) else f"list of {_words(inner)}{plural}"
        )
    if get_origin(annotation) is dict:
        return "table by column"
    if isinstance(annotation, type):
        return PLACES.get(annotation, "table")
    parts = [part for part in get_args(annotation) if part is not NoneType]
    plain = [part for part in parts if isinstance(part, type) or get_origin(part)]
    return " or ".join(_words(part) for part in plain)


def _key(name: str) -> str:
    return name if re.fullmatch(r"[\w-]+", name, re.ASCII) else json.dumps(name, ensure_ascii=False)


def toml(value: object) -> str:
    """Return a value as TOML writes it on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {toml(held)}" for key, held in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(markdown())
