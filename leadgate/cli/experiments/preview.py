"""What a promotion would change, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from leadgate.cli.output import table
from leadgate.cli.words import percent, shown

if TYPE_CHECKING:
    from rich.console import RenderableType

    from experiments.comparison.preview import Part, Preview
    from experiments.comparison.shadow import Shadow

_HEADS = ("open leads", "leads", "other grade", "other decision", "handed off", "then")


def words(preview: Preview) -> Iterator[RenderableType]:
    """Yield the preview of a promotion."""
    overall = preview.overall
    yield (
        f"If version {preview.version} took over from champion version {preview.champion}, "
        f"{overall.decision:,} of {overall.leads:,} open leads would get another decision "
        f"({percent(overall.decision / overall.leads)}) and {overall.grade:,} another grade "
        f"({percent(overall.grade / overall.leads)})."
    )
    rows = [_row(overall.name, overall)]
    for column, parts in preview.segments.items():
        rows += [_row(f"{column}: {part.name}", part) for part in parts]
    yield table(_HEADS, rows)
    yield (
        "Counted by the fixed threshold, as leadgate score without --record does: the capacity of "
        "the week, the control group and what was decided before are left out."
    )
    yield from (f"{leads:,} from {today} to {then}." for today, then, leads in preview.changes)
    if preview.shadow is not None:
        yield _of_shadow(preview.shadow, preview.version)
    yield f"The leads that change, one by one: {shown(preview.examples)}"


def _row(name: str, part: Part) -> tuple[str, ...]:
    counts = (part.leads, part.grade, part.decision, part.handed_off, part.handed_off_then)
    return (name, *(f"{count:,}" for count in counts))


def _of_shadow(shadow: Shadow, version: str) -> str:
    return (
        f"In the shadow since {shadow.since}, version {version} decided otherwise in "
        f"{shadow.decision:,} of {shadow.requests:,} requests, and gave {shadow.grade:,} another "
        f"grade; it would have handed off {shadow.handed_off_then:,} instead of "
        f"{shadow.handed_off:,}."
    )
