"""Files that are whole or not there at all: what a pull and a push keep of themselves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from leadgate.errors import DataError


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Write a file beside its place, make it durable, and put it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    write(beside)
    with beside.open("rb") as file:
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet, whole or not at all."""
    write_whole(path, lambda beside: pq.write_table(table, beside, compression="zstd"))


def write_state(path: Path, state: dict[str, Any]) -> None:
    """Write a JSON object, whole or not at all."""
    text = json.dumps(state, indent=1, sort_keys=True)
    write_whole(path, lambda beside: _write_text(beside, text + "\n"))


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def read_state(path: Path) -> dict[str, Any]:
    """Return the JSON object of a file; {} where there is none.

    Raises
    ------
    DataError
        ``damaged_state``, if it holds anything else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise DataError(
            f"{path}: it is not what leadgate wrote there.",
            code="damaged_state",
            hint=f"Move {path.parent} away and start anew.",
        )
    return value
