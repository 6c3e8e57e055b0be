"""Markdown as MLflow's pages show it."""

from __future__ import annotations

import re

# What MLflow keeps of a description.
LONGEST = 5_000


def spaced(text: str) -> str:
    """Return Markdown whose tables have room between their columns, where MLflow leaves none."""
    lines = text.split("\n")
    return "\n".join(_wide(line) if _is_row(line) else line for line in lines)


def shortened(text: str) -> str:
    """Return a text as a description, which MLflow keeps up to a length."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 2]} …"


def _is_row(line: str) -> bool:
    return line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line)


def _wide(row: str) -> str:
    return row[:-1].replace(" | ", "&ensp; | ") + "|"
