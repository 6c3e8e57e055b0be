"""Lines of a commented TOML file."""

from __future__ import annotations

import json
from collections.abc import Mapping

_COMMENT_COLUMN = 36


def pair(key: str, value: str | float | list[str], why: str = "") -> str:
    """Return ``key = value  # why``."""
    return _commented(f"{key} = {_literal(value)}", why)


def listing(key: str, reasons: Mapping[str, str]) -> str:
    """Return a list of names, each on its own line with its reason; "" without names."""
    if not reasons:
        return ""
    lines = [_commented(f"    {_literal(name)},", why) for name, why in reasons.items()]
    return "\n".join([f"{key} = [", *lines, "]"])


def _literal(value: str | float | list[str]) -> str:
    # The escapes of JSON are those of TOML's basic strings, but for DEL.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _commented(text: str, why: str) -> str:
    # A comment ends with its line, and a reason may quote the export.
    return f"{text:<{_COMMENT_COLUMN - 1}} # {' '.join(why.split())}" if why else text
