"""Values as JSON, and the JSON files of a bundle: the same values give the same bytes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, is_dataclass
from pathlib import Path
from typing import Any, Self

from leadgate.errors import BundleError


@dataclass(frozen=True)
class JsonValues:
    """A dataclass that is kept as JSON and read again."""

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as values that JSON can write."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Read what `to_dict` gave, also after a way through JSON.

        Raises
        ------
        ValueError
            If it is not that.
        """
        # pydantic is what a command pays most for: the help does without it.
        from pydantic import TypeAdapter

        return TypeAdapter(cls).validate_python(values)


def json_values(value: Any, digits: int | None = None) -> Any:  # noqa: ANN401 - JSON values
    """Return figures for JSON: dataclasses as dicts, a number that is not finite as null.

    Parameters
    ----------
    digits
        Significant digits of the figures; None: all of them.
    """
    if is_dataclass(value):
        value = vars(value)
    if isinstance(value, float):
        figure = value if digits is None else float(f"{value:.{digits}g}")
        return figure if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): json_values(held, digits) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [json_values(held, digits) for held in value]
    return value


def json_text(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Return a value as the text of a file, with sorted keys.

    Raises
    ------
    ValueError
        If it holds NaN or infinity, which are not JSON.
    """
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    return text + "\n"


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write a value as `json_text` has it, and raise what it raises."""
    path.write_text(json_text(value), encoding="utf-8", newline="\n")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises
    ------
    BundleError
        If the file is missing or holds anything else.
    """
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise BundleError(f"{path}: not JSON.") from None
    if not isinstance(value, dict):
        raise BundleError(f"{path}: not a JSON object.")
    return value
