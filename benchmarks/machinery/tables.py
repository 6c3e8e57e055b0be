r"""Tables in the docs from the newest results, between two markers.

::

    <!-- benchmark: coverage/off_policy
    estimate = {row}
    held = {held:.1%}
    -->
    | estimate | held |
    ...
    <!-- benchmark: end -->

Each line of the first marker is a column: its head, and how a cell is written from the row's name
(``row``) and its figures. ``parts`` are the words of the name, split at commas. After the name of
the benchmark may stand an expression that the names of the rows must match. What stands between
the markers is written by ``make docs``, never by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.machinery.results import newest

DOCS = Path(__file__).resolve().parents[2] / "docs"
MARKED = re.compile(
    r"(<!-- benchmark: (?P<name>[a-z_/0-9]+)(?P<rows> [^\n]+)?\n(?P<columns>.*?)-->\n)(?P<body>.*?)"
    r"(?P<end><!-- benchmark: end -->)",
    re.DOTALL,
)


def table(columns: Mapping[str, str], run: Mapping[str, Any], names: str = "") -> str:
    """Return the table of one run, with what it was measured by below it."""
    heads = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    rows = [
        f"| {' | '.join(_cell(form, row, figures) for form in columns.values())} |"
        for row, figures in run["figures"].items()
        if re.search(names, row)
    ]
    options = "".join(f" --set {name}={_written(value)}" for name, value in run["options"].items())
    command = f"`python -m benchmarks {run['benchmark']}{options}`"
    source = f"{command}, {run['date'][:10]}, {run['machine']}, {run['seconds']:.0f} s."
    return "\n".join(["", *heads, *rows, "", source, ""]) + "\n"


def _written(value: object) -> str:
    return ",".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _cell(form: str, row: str, figures: Mapping[str, Any]) -> str:
    """Return one cell; empty where a figure of it is missing."""
    try:
        return form.format(row=row, parts=row.split(", "), **figures)
    except (KeyError, TypeError, ValueError):
        return ""


def rewritten(text: str, runs: Mapping[str, Mapping[str, Any]]) -> str:
    """Return a page with its tables made anew; one that was never measured stays."""

    def replaced(match: re.Match[str]) -> str:
        run = runs.get(match["name"])
        if run is None:
            return match[0]
        lines = match["columns"].strip().splitlines()
        columns = {
            head.strip(): form.strip() for head, _, form in (x.partition("=") for x in lines)
        }
        return match[1] + table(columns, run, (match["rows"] or "").strip()) + match["end"]

    return MARKED.sub(replaced, text)


def main() -> None:
    """Write the tables of every page."""
    runs = newest()
    for page in sorted(DOCS.rglob("*.md")):
        text = page.read_text(encoding="utf-8")
        new = rewritten(text, runs)
        if new != text:
            page.write_text(new, encoding="utf-8")


if __name__ == "__main__":
    main()
