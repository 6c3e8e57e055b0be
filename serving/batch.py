"""A file of leads in, a file of decisions out: what `leadgate score` does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from features.lookups import LookupTable
from features.readers import read_table
from features.tables import Tables
from leadgate.errors import DataError
from leadgate.policy import DECISIONS, HAND_OFF
from serving.scorer import Scorer

SUFFIXES = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class Scored:
    """The answers about the leads of one file, in its order, and where they were written.

    `weeks_of_capacity` says for how many weeks of sales the handoffs are; None where no capacity
    is set.
    """

    answers: pd.DataFrame
    output: Path
    seconds: float
    model_version: str
    weeks_of_capacity: float | None
    notes: list[str]

    @property
    def decisions(self) -> dict[str, int]:
        """The number of leads for each decision that was taken."""
        counts = self.answers["decision"].value_counts()
        return {name: int(counts[name]) for name in DECISIONS if name in counts}

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate score --json`` prints."""
        rows = len(self.answers)
        return {
            "rows": rows,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(rows / self.seconds, 1),
            "decisions": self.decisions,
            "weeks_of_capacity": self.weeks_of_capacity,
            "output": str(self.output),
            "model_version": self.model_version,
        }


def score_file(
    scorer: Scorer,
    source: Path,
    output: Path,
    *,
    activities: Sequence[Path] = (),
    field_changes: Path | None = None,
    as_of: str | None = None,
    age_days: float | None = None,
    reasons: bool = True,
    capacity: int | None = None,
    lookups: Sequence[LookupTable] = (),
    export: Tables | None = None,
) -> Scored:
    """Score the leads of a file and write one row for each, in their order.

    Parameters
    ----------
    source
        Leads under the export's names or the canonical ones, CSV or Parquet.
    output
        ``.csv``, ``.csv.gz`` or ``.parquet``.
    activities, field_changes
        What else is known of these leads.
    as_of, age_days, reasons, capacity, lookups, export
        As in `Scorer.score`.

    Raises
    ------
    DataError
        If a file cannot be read, or `output` is of another kind.
    """
    if not output.name.endswith(SUFFIXES):
        raise DataError(
            f"{output.name}: scores are written as {', '.join(SUFFIXES)}.",
            code="unsupported_output",
        )
    start = time.perf_counter()
    answers = scorer.score(
        read_table(source),
        activities=[read_table(path) for path in activities] or None,
        field_changes=None if field_changes is None else read_table(field_changes),
        as_of=as_of,
        age_days=age_days,
        reasons=reasons,
        capacity=capacity,
        lookups=lookups,
        export=export,
    )
    _write(answers, output)
    per_week = scorer.policy.capacity_per_week
    handed_off = int((answers["decision"] == HAND_OFF).sum())
    return Scored(
        answers=answers,
        output=output,
        seconds=time.perf_counter() - start,
        model_version=scorer.version,
        weeks_of_capacity=None if per_week is None else round(handed_off / per_week, 2),
        notes=list(answers.attrs.get("notes", [])),
    )


def _write(answers: pd.DataFrame, output: Path) -> None:
    output.parent.mkdir(parents=True, exist_ok=True)
    if output.suffix == ".parquet":
        answers.to_parquet(output, index=False)
    else:
        answers.to_csv(output, index=False)
