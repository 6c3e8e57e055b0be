"""One lead to score, as it was asked for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """One lead to score.

    Attributes
    ----------
    lead
        Fields by their names in the export; each text, number, bool or None.
    activities
        Known at `as_of`; fields likewise.
    as_of
        Microseconds since the epoch, UTC; None for now.
    others
        The other leads of its account, each with its ``activities``; None where not known.
    """

    lead: dict[str, object]
    activities: list[dict[str, object]]
    as_of: int | None
    others: list[dict[str, object]] | None = None
