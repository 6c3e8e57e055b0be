"""A file of leads in, a file of decisions out: what `leadgate score` does."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.io.files import read_table
from features.io.raw_table import RawTable
from features.io.workbook import WORKBOOKS, sheets
from features.schema.lookups import LookupTable
from features.tables import Tables
from leadgate.cells import escaped, quoting
from leadgate.config import Data
from leadgate.database import FileOrDatabase, Sheet
from leadgate.errors import DataError
from leadgate.policy import DECISIONS, HAND_OFF
from serving.batch.batches import answer_parts
from serving.batch.lead_stream import LeadStream, streamable
from serving.batch.recorder import Recorder
from serving.scoring.assessed_leads import AssessedLeads
from serving.scoring.lead_file import CLOSED
from serving.scoring.scorer import Scorer
from serving.store import Store

SUFFIXES = (".csv", ".csv.gz", ".parquet")


@dataclass(frozen=True)
class Scored:
    """What was decided about the leads of one file, and where the answers were written.

    `decisions` holds the number of leads for each decision that was taken; `closed` how many of
    those for review have ended already; `weeks_of_capacity` says for how many weeks of sales the
    handoffs are, None where no capacity is set; `run` names the decisions in the store, "" where
    they are not kept.
    """

    rows: int
    closed: int
    decisions: dict[str, int]
    output: Path
    seconds: float
    model_version: str
    weeks_of_capacity: float | None
    notes: list[str]
    run: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return what ``leadgate score --json`` prints."""
        return {
            "rows": self.rows,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows / self.seconds, 1),
            "decisions": self.decisions,
            "closed": self.closed,
            "weeks_of_capacity": self.weeks_of_capacity,
            "output": str(self.output),
            "model_version": self.model_version,
            **({"run": self.run} if self.run else {}),
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
    store: Store | None = None,
) -> Scored:
    """Score the leads of a file and write one row for each, in their order.

    Parameters
    ----------
    source
        Leads under the export's names or the canonical ones; any file that `read_table` reads.
    output
        ``.csv``, ``.csv.gz`` or ``.parquet``.
    activities, field_changes
        What happened to these leads.
    as_of, age_days, reasons, capacity, lookups, export
        As in `Scorer.score`.
    store
        Decides by its history and this week's capacity, and keeps the decisions.

    Raises
    ------
    DataError
        If a file cannot be read, or `output` be written: it is of another kind or one of them.
    StoreError
        If the store is away; what was kept until then stays.
    """
    read = [source, *activities, *filter(None, [field_changes])]
    _check_output(output, read)
    start, run = time.perf_counter(), ""
    alone = len(read) == 1 and not (lookups or export or store or scorer.data.lookups)
    if alone and capacity is None and scorer.flat and streamable(source, scorer.columns):
        stream = LeadStream(scorer, source, as_of, age_days)
        counts = _write_parts(answer_parts(scorer, stream, reasons=reasons), output)
        notes = stream.notes()
    else:
        data, changes = scorer.data, field_changes
        assessed = scorer.assess_table(
            _read(source, data.leads, data),
            [_read(path, _trained(path, data), data) for path in activities] or None,
            _read(changes, data.field_changes, data) if changes else None,
            as_of, age_days=age_days, reasons=reasons, lookups=lookups, export=export,
        )  # fmt: skip
        answers, run = _decided(assessed, scorer, capacity, store, (read, as_of, age_days))
        counts, notes = _write_parts(_as_parts(answers), output), assessed.notes
    if scorer.data.activities and not activities and not scorer.flat:
        notes.insert(0, "no activities are given (--activities): no lead has done anything")
    if not counts.total():
        notes.insert(0, f"{source.name} holds no lead below its header: there is nothing to score")
    return _summary(scorer, counts, output, time.perf_counter() - start, notes, run)


def _decided(
    assessed: AssessedLeads,
    scorer: Scorer,
    capacity: int | None,
    store: Store | None,
    asked: tuple[Sequence[Path], str | None, float | None],
) -> tuple[pd.DataFrame, str]:
    """Return the answers, and the name of the run where the decisions are kept."""
    if store is None:
        return assessed.decided(scorer.policy, capacity), ""
    files, *rest = asked
    recorder = Recorder.of(store, scorer, files, rest)
    return recorder.record(assessed), recorder.run


def _summary(
    scorer: Scorer, counts: Counter[str], output: Path, seconds: float, notes: list[str], run: str
) -> Scored:
    per_week = scorer.policy.capacity_per_week
    return Scored(
        rows=sum(counts[name] for name in DECISIONS),
        closed=counts[CLOSED],
        decisions={name: counts[name] for name in DECISIONS if name in counts},
        output=output,
        seconds=seconds,
        model_version=scorer.version,
        weeks_of_capacity=None if per_week is None else round(counts[HAND_OFF] / per_week, 2),
        notes=notes,
        run=run,
    )


def _read(path: Path, trained: FileOrDatabase | None, data: Data) -> RawTable:
    """Read a table as the one of the training was: the sheet of that name where there is one."""
    sheet = None
    if isinstance(trained, Sheet) and path.suffix.lower() in WORKBOOKS and path.is_file():
        sheet = trained.sheet if trained.sheet in sheets(path.read_bytes()) else None
    return read_table(path, sheet=sheet, separator=data.separator, encoding=data.encoding)


def _trained(path: Path, data: Data) -> FileOrDatabase | None:
    """Return the sheet of activities of the training that lay in a workbook of this name."""
    trained = [table.path for table in data.activities if isinstance(table.path, Sheet)]
    return next((sheet for sheet in trained if Path(sheet.path).name == path.name), None)


def _check_output(output: Path, read: Sequence[Path]) -> None:
    fault = ""
    if not output.name.endswith(SUFFIXES):
        fault = f"scores are written as {', '.join(SUFFIXES)}"
    elif output.resolve() in {path.resolve() for path in read}:
        fault = "the scores would replace a file that is read"
    else:
        fault = _unwritable(output)
    if fault:
        raise DataError(
            f"{output.name}: {fault}.",
            code="unsupported_output",
            hint="Name another file, such as -o scores.csv",
        )


def _unwritable(output: Path) -> str:
    """Make the folder of the output; return why nothing can be written there, "" if it can."""
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return f"the folder {output.parent} cannot be made ({error.strerror})"
    if output.is_dir() or not os.access(output if output.exists() else output.parent, os.W_OK):
        return "nothing can be written there"
    return ""


def _append(part: pa.Table, path: Path, *, header: bool) -> None:
    mode = "w" if header else "a"
    part.to_pandas().to_csv(path, index=False, header=header, mode=mode, quoting=quoting(part))


def _as_parts(answers: pd.DataFrame) -> Iterator[pa.Table]:
    yield pa.Table.from_pandas(answers, preserve_index=False)


def _write_parts(parts: Iterator[pa.Table], output: Path) -> Counter[str]:
    """Write the answers as they come; return how many there are of each decision, and closed."""
    counts: Counter[str] = Counter()
    writer: pq.ParquetWriter | None = None
    # Half of the answers must not pass for all of them.
    partial = output.with_name(f".{output.name}")
    with ExitStack() as closing:
        closing.callback(partial.unlink, missing_ok=True)
        for number, part in enumerate(parts):
            for count in part.column("decision").value_counts().to_pylist():
                counts[count["values"]] += count["counts"]
            counts[CLOSED] += (
                pc.sum(pc.match_substring(part.column("warnings"), CLOSED)).as_py() or 0
            )
            if output.suffix != ".parquet":
                _append(escaped(part), partial, header=not number)
                continue
            if writer is None:
                writer = closing.enter_context(pq.ParquetWriter(partial, part.schema))
            writer.write_table(part)
        if writer is not None:
            writer.close()
        partial.replace(output)
    return counts
