"""Markdown as MLflow's pages show it."""

from __future__ import annotations

import re

# What MLflow keeps of a description.
LONGEST = 5_000
_REST = "\n\n(Shortened: the report among the artifacts of the run has all of it.)"


def spaced(text: str) -> str:
    """Return Markdown whose tables have room between their columns, where MLflow leaves none."""
    lines = text.split("\n")
    return "\n".join(_wide(line) if _is_row(line) else line for line in lines)


def shortened(text: str) -> str:
    """Return a text as a description, which MLflow keeps up to a length: whole lines of it."""
    whole = text.replace(_REST, "")
    if whole == text and len(text) <= LONGEST:
        return text
    kept, room = whole, LONGEST - len(_REST)
    if len(whole) > room:
        kept = whole[:room].rpartition("\n")[0] or whole[:room]
    return f"{kept.rstrip()}{_REST}"


def _is_row(line: str) -> bool:
    return line.startswith("|") and not re.fullmatch(r"[|\s:-]+", line)


def _wide(row: str) -> str:
    return row[:-1].replace(" | ", "&ensp; | ") + "|"
