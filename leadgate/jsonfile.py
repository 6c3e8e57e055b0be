"""JSON files of a bundle: the same values give the same bytes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from leadgate.errors import BundleError


def write_json(path: Path, value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write a value with sorted keys.

    Raises
    ------
    ValueError
        If it holds NaN or infinity, which are not JSON.
    """
    text = json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


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
