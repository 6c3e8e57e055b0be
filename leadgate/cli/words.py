"""How results are put into words, shared by the commands and the demo."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from leadgate.cli.output import table
from leadgate.metrics import METRIC_NAMES

if TYPE_CHECKING:
    from rich.console import RenderableType

    from features.checks import CheckReport
    from serving.batch.score_file import Scored
    from training.result import TrainingResult


def of_check(report: CheckReport) -> Iterator[RenderableType]:
    """Yield the results of a check of the data."""
    closed = ", ".join(f"{n:,} {kind}" for kind, n in report.outcomes.items())
    dates = f" from {report.data_from} to {report.data_until}" if report.data_from else ""
    unworked = f" ({report.unworked:,} of them never worked)" if report.unworked else ""
    yield f"{report.leads:,} leads{dates}: {closed}, {report.open:,} open{unworked}."
    counts = {
        "activities": report.activities,
        "field changes": report.field_changes,
        "handoffs": report.handoffs,
    }
    if any(counts.values()):
        yield "With " + ", ".join(f"{n:,} {what}" for what, n in counts.items() if n) + "."
    if not report.quarantined:
        yield "No rejected rows."
    yield from (f"Note: {note}" for note in report.notes)
    yield from (f"Suspect: {suspect}" for suspect in report.suspects)


def of_training(result: TrainingResult) -> Iterator[RenderableType]:
    """Yield the results of a training: verdict, reason, metrics beside the base rate, counts."""
    yield (
        f"{result.model} version {result.version} is now {result.alias}. Verdict: "
        f"{result.verdict_in_words}. {result.why}"
    )
    lines = [
        (
            METRIC_NAMES[name],
            number(metric.value),
            ends(metric.low, metric.high),
            number(metric.baseline),
        )
        for name, metric in result.metrics.items()
    ]
    rows = result.rows
    if rows["test"]:
        yield table(("on the test window", "model", "90 % interval", "base rate"), lines)
    tested = f"evaluated on {rows['test']:,}" if rows["test"] else "too few to evaluate it"
    unworked = result.leads["unworked"]
    never_worked = f", {unworked:,} never worked" if unworked else ""
    yield (
        f"Trained on {rows['train']:,} snapshots, {tested}; leads: {rows['open']:,} open"
        f"{never_worked}; rejected rows: {rows['quarantined']:,}; {result.seconds:.0f} s."
    )
    yield from (f"Note: {note}" for note in result.brief)
    yield f"Report: {shown(result.report)}"


def of_scores(scored: Scored) -> Iterator[RenderableType]:
    """Yield what became of the leads of a file."""
    rows = scored.rows
    yield (
        f"Scored {rows:,} leads with model version {scored.model_version} "
        f"in {scored.seconds:.1f} s ({rows / scored.seconds:,.0f} a second)."
    )
    yield table(("decision", "leads"), [(k, f"{n:,}") for k, n in scored.decisions.items()])
    if scored.closed:
        are = "lead is" if scored.closed == 1 else "leads are"
        yield (
            f"{scored.closed:,} {are} closed already, by the outcome in the file: not scored, and "
            "among those for review."
        )
    if scored.weeks_of_capacity is not None:
        yield f"The handoffs are {scored.weeks_of_capacity:.1f} weeks of capacity."
    if scored.run:
        yield (
            "The decisions are kept in the store; a lead that was handed off before uses no "
            f"capacity again. leadgate replay {scored.run} takes them again."
        )
    yield from (f"Note: {note}." for note in scored.notes)
    if scored.decisions.get("review"):
        yield "The column warnings says why a lead is for review."
    yield f"Wrote {shown(scored.output)}."


def ends(low: float, high: float) -> str:
    """Return an interval with three decimals, a dash where it is not defined."""
    return f"{number(low)} to {number(high)}" if math.isfinite(low + high) else "-"


def number(value: float) -> str:
    """Return a figure with three decimals, a dash where it is not defined."""
    return f"{value:.3f}" if math.isfinite(value) else "-"


def percent(share: float) -> str:
    """Return a share in percent."""
    return f"{share:.1%}"


def shown(path: Path) -> str:
    """Return a path as people would type it: relative where it lies below the working folder."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
