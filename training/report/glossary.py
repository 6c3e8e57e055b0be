"""The glossary: one source of what every term means, for the pages and for the documentation.

``python -m training.report.glossary`` prints docs/reference/glossary.md.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass, field
from functools import cache
from html import escape
from importlib.resources import files

_HEAD = """\
# Glossary

The terms of the pages, the command line and the documentation. Generated from
`training/report/glossary.toml` by `python -m training.report.glossary`.
"""


@dataclass(frozen=True)
class Entry:
    """One term and what it means, in a sentence or two."""

    key: str
    term: str
    meaning: str


@cache
def entries() -> dict[str, Entry]:
    """Return every entry by its key, in the order of the alphabet."""
    text = files("training.report").joinpath("glossary.toml").read_text(encoding="utf-8")
    listed = [Entry(key, **values) for key, values in tomllib.loads(text).items()]
    return {entry.key: entry for entry in sorted(listed, key=lambda each: each.term.lower())}


class Html(str):
    """Text that is HTML already, by the protocol that templates ask for."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return it as it is."""
        return self


@dataclass
class Terms:
    """The terms that one page uses: its links, and the entries for the end of the page."""

    _keys: set[str] = field(default_factory=set)

    def __call__(self, key: str, text: str | None = None) -> Html:
        """Return a link to an entry at the end of the page.

        Parameters
        ----------
        key
            Of the entry.
        text
            What the link says; None: the term.
        """
        entry = entries()[key]
        self._keys.add(key)
        return Html(f'<a class="term" href="#term-{key}">{escape(text or entry.term)}</a>')

    @property
    def used(self) -> list[Entry]:
        """The entries that were linked so far."""
        return [entry for entry in entries().values() if entry.key in self._keys]


def markdown() -> str:
    """Return docs/reference/glossary.md."""
    parts = [f"## {entry.term}\n\n{entry.meaning}\n" for entry in entries().values()]
    return "\n".join([_HEAD, *parts])


if __name__ == "__main__":
    sys.stdout.write(markdown())
