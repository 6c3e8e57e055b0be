"""What `leadgate init` says of its guesses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadgate.cli.output import table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from features.profiling.guess import Guess
    from features.profiling.preview import Preview

NAMED = ("lead_id", "account_id", "created_at", "order", "outcome", "closed_at", "amount")
# Of the values that end no lead, so many are listed.
NAMED_VALUES = 20
OUTCOMES = ("won", "lost", "unworked")
LISTED = {
    "personal": "personal, never used",
    "after_outcome": "known only after the outcome, never used",
    "unknown": "perhaps overwritten since, left out until you decide",
}


def blocks(
    config: Path,
    guessed: dict[str, Any],
    made: Guess,
    faults: list[str],
    preview: Preview | None,
) -> Iterator[RenderableType]:
    """Yield what people read."""
    columns = guessed["columns"]
    yield f"Wrote {config}. These are guesses; the file says why each was made."
    named = [(key, columns[key]) for key in NAMED if key in columns]
    yield table(("what", "column"), named)
    if columns.get("order") == "row" and not made.questions:
        yield "No column holds times: the rows are taken to be in the order of time."
    if columns.get("won") or columns.get("lost"):
        yield from _outcomes(columns, made.still_open)
    for kind, names in guessed["data"].get("outcome_activities", {}).items():
        yield f"Counts as {kind}, by its activities: {', '.join(names)}."
    for key, meaning in LISTED.items():
        if columns.get(key):
            yield f"{meaning[0].upper()}{meaning[1:]}: {', '.join(columns[key])}."
    if preview:
        yield from _preview(preview, guessed.get("target", {}).get("horizon_days"))
    yield from (f"To do: {fault}." for fault in faults)
    yield from (f"{question.sentence}." for question in made.questions)


def _outcomes(columns: dict[str, Any], still_open: list[str]) -> Iterator[str]:
    """Say which values end a lead: the guess on which all numbers rest."""
    for kind in OUTCOMES:
        values = columns.get(kind)
        if values == "rest":
            yield f"Counts as {kind}: every lead that is not won. Are some of them still open?"
        elif values:
            yield f"Counts as {kind}: {', '.join(values)}."
    if still_open:
        said = ", ".join(still_open[:NAMED_VALUES])
        more = f" and {len(still_open) - NAMED_VALUES} more" * (len(still_open) > NAMED_VALUES)
        yield (
            f"Taken for open: {said}{more}. Has one of them ended? Then add it to columns.won or "
            "columns.lost."
        )
    if not columns.get("lost"):
        yield "Nothing sounds like a loss: name what does in columns.lost."


def _preview(preview: Preview, horizon_days: float | None) -> Iterator[RenderableType]:
    """Show ten leads, the months, and how long a win takes."""
    rows = preview.leads
    used = [key for key in (rows[0] if rows else {}) if any(row[key] for row in rows)]
    yield table(used, [[row[key] for key in used] for row in rows])
    if preview.months:
        heads = list(preview.months[0])
        yield table(heads, [[str(month[head]) for head in heads] for month in preview.months])
    if preview.days_to_win:
        days = preview.days_to_win
        fits = f" The horizon is {horizon_days:g} days." if horizon_days else ""
        yield (
            f"Half of the wins took {days['q25']:g} to {days['q75']:g} days from the creation of "
            f"the lead, nine of ten at most {days['q90']:g}.{fits}"
        )
