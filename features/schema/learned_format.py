"""How the tables of an export are written: what is learned from them before they are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import pandas as pd

from features.parsing.export_format import ExportFormat
from features.schema.columns import named
from features.schema.dated_tables import columns_of_changes
from features.schema.sources import Sources
from leadgate.config import Config

Candidates: TypeAlias = tuple[pd.DataFrame, Sequence[str | None]]


def learned_format(config: Config, sources: Sources) -> ExportFormat:
    """Learn how an export is written, so that what comes later is read alike.

    Only of the tables that are scored, too: leads, activities and field changes.
    """
    columns, frames = config.columns, [source.frame for _, source in sources.activities]
    values = [table.value for table, _ in sources.activities]
    numbers = list(_there(zip(frames, [[value] for value in values], strict=True)))
    if sources.outcomes is not None:
        numbers += _there([(sources.outcomes.frame, [columns.amount, "amount"])])
    return ExportFormat.learn(
        config.data, sources.leads.frame, _there(_times(config, sources)), numbers
    )


def _times(config: Config, sources: Sources) -> Iterator[Candidates]:
    """Yield the columns of times: each a table and the names that its column may have."""
    yield sources.leads.frame, [config.columns.created_at, "created_at"]
    changes = sources.field_changes.frame
    yield changes, [columns_of_changes(changes, config.data).changed_at]
    for table, source in sources.activities:
        yield source.frame, [table.occurred_at]
        yield source.frame, [table.recorded_at]


def _there(candidates: Iterable[Candidates]) -> Iterator[pd.Series]:
    """Yield the columns that are there."""
    for frame, names in candidates:
        name = named(frame, *names)
        if name is not None:
            yield frame[name]
