"""The page about the configuration says what the models say that validate it."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from leadgate.cli import config_reference
from leadgate.config import Config

PAGE = Path(__file__).resolve().parents[3] / "docs" / "reference" / "configuration.md"
MODELS: dict[str, Any] = Config.model_json_schema()["$defs"]
KEYS = [
    pytest.param(model, key, id=f"{model}.{key}")
    for model, schema in MODELS.items()
    for key in schema["properties"]
]


def rows() -> list[list[str]]:
    """Return the cells of every row of the page's tables."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    return [line.strip("| ").split(" | ") for line in lines if line.startswith("| `")]


def test_configuration_page_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == config_reference.markdown(), "write it: make docs"


@pytest.mark.parametrize(("model", "key"), KEYS)
def test_every_key_has_a_description_and_an_example(model, key):
    field = MODELS[model]["properties"][key]
    assert field.get("description", "").endswith((".", "?"))
    assert field.get("examples")


def test_every_key_stands_on_the_page_with_its_description():
    page = Counter((cells[0], cells[-1]) for cells in rows())
    for model, schema in MODELS.items():
        for key, field in schema["properties"].items():
            assert page[f"`{key}`", field["description"]] >= 1, f"{model}.{key}"


def test_every_section_has_a_heading():
    headings = [heading for heading, _ in config_reference.sections()]
    assert len(headings) == len(set(headings))
    assert {"`[data]`", "`[[data.activities]]`", "`[[policy.people]]`", "`[serving]`"} <= {
        *headings
    }


@pytest.mark.parametrize("value", ["a", 1, 2.5, True, ["a", 1], {"a": ["b"], "c": 1}, [{"a": 1}]])
def test_values_are_written_as_toml_reads_them(value):
    assert tomllib.loads(f"key = {config_reference.toml(value)}") == {"key": value}
