"""The columns that a model reads: which a file or a request lacks, and what is lost with them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from features.parsing.names import likely_new_name

# A row names so many columns that are not there.
_MANY = 5
# Of an importance, as the bundle has it: sums reach a share that their parts add up to.
_DIGITS = 6


@dataclass(frozen=True)
class ExpectedColumns:
    """The columns that a model reads.

    Attributes
    ----------
    names
        As the export called them in training.
    importance
        By column, its share of the mean absolute contribution to the log-odds in training; empty
        for a model of an earlier version, which loses nothing that is known.
    trained
        All columns that the leads had in training.
    most_lost
        From this share of importance on a lead without the columns cannot be scored.
    """

    names: frozenset[str]
    importance: Mapping[str, float]
    trained: frozenset[str]
    most_lost: float

    def absent(self, present: Collection[str]) -> list[str]:
        """Return the columns that are not there, ascending."""
        return sorted(self.names.difference(present))

    def sentences(self, absent: Iterable[str], present: Iterable[str]) -> list[str]:
        """Return a sentence for each column that is not there.

        Parameters
        ----------
        absent
            As of `absent`.
        present
            What is there; a column that training did not have may be the renamed one.
        """
        new = self._new(present)
        return [
            f"column {name} is not there{_question(likely_new_name(name, new))}: taken as missing"
            for name in absent
        ]

    def renamed(self, absent: Iterable[str], present: Iterable[str]) -> list[str]:
        """Return those of the absent columns that seem to be there under another name."""
        new = self._new(present)
        return [name for name in absent if likely_new_name(name, new)]

    def _new(self, present: Iterable[str]) -> list[str]:
        return [str(name) for name in present if name not in self.trained]

    def warnings(self, absent: Collection[str], present: Iterable[str]) -> list[str]:
        """Return `sentences`, those of very many columns in short."""
        sentences = self.sentences(absent, present)
        rest = len(sentences) - _MANY
        more = [f"{rest} more columns are not there"] if rest > 0 else []
        return sentences[:_MANY] + more

    def doubt(self, absent: Iterable[str]) -> str:
        """Return why a lead without some columns cannot be scored; "" where it can."""
        lost = round(sum(self.importance.get(name, 0.0) for name in absent), _DIGITS)
        if not lost or lost < self.most_lost:
            return ""
        return f"columns that carry {lost:.0%} of what the model looks at are not there"


def _question(name: str | None) -> str:
    return f" (is it {name} now?)" if name else ""
