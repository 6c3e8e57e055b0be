"""How the tables of an export are written: what is learned from them before they are read."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from features.parsing.export_format import ExportFormat
from features.schema.columns import named
from features.schema.dated_tables import columns_of_changes
from features.schema.sources import Sources
from leadgate.config import Config


def learned_format(config: Config, sources: Sources) -> ExportFormat:
    """Learn how an export is written, so that what comes later is read alike.

    Only of the tables that are scored, too: leads, activities and field changes.
    """
    return ExportFormat.learn(config.data, sources.leads.frame, _times(config, sources))


def _times(config: Config, sources: Sources) -> Iterator[pd.Series]:
    leads, changes = sources.leads.frame, sources.field_changes.frame
    names = [(leads, [config.columns.created_at, "created_at"])]
    names += [(changes, [columns_of_changes(changes, config.data).changed_at])]
    for table, source in sources.activities:
        names += [(source.frame, [table.occurred_at]), (source.frame, [table.recorded_at])]
    for frame, candidates in names:
        name = named(frame, *candidates)
        if name is not None:
            yield frame[name]
