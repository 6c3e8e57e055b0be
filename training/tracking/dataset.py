"""What a run was trained on, as MLflow lists data sets: name, source, digest, size, columns."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import TYPE_CHECKING

from features.tables import Tables
from leadgate.config import Config
from leadgate.database import Database, FileOrDatabase, Sheet
from leadgate.registry.mlflow_store import shown
from training.result import TrainingResult
from training.tracking.naming import until

if TYPE_CHECKING:
    from mlflow.entities import Dataset

_SHOWN_DIGITS = 16  # MLflow keeps 36 and shows fewer
_LONGEST_SCHEMA = 30_000


def dataset(trained: TrainingResult, tables: Tables) -> Dataset:
    """Return the data of a run; it names tables and columns and counts, it holds no value.

    The digest is of every row and of the end of the data, so that two cuts differ.
    """
    from mlflow.entities import Dataset

    return Dataset(
        name=f"{trained.config.tracking.experiment}, {until(trained)}",
        digest=digest_of_cut(trained),
        source_type="local",
        source=json.dumps(_sources(trained.config)),
        schema=_schema(tables, trained.config.columns.personal),
        profile=json.dumps({"num_rows": len(tables.leads), **trained.leads, **trained.rows}),
    )


def digest_of_cut(trained: TrainingResult) -> str:
    """Return a short digest of the data and of where they end."""
    text = f"{trained.digest} {trained.data_from} {trained.data_until}"
    return hashlib.sha256(text.encode()).hexdigest()[:_SHOWN_DIGITS]


def _sources(config: Config) -> dict[str, object]:
    """Return where each table was read from, as the configuration names it."""
    data = config.data
    tables = {
        "leads": data.leads,
        "outcomes": data.outcomes,
        "field_changes": data.field_changes,
        "handoffs": data.handoffs,
    }
    named = {name: _place(source) for name, source in tables.items() if source is not None}
    activities = [_place(table.path) for table in data.activities]
    return {
        "uri": named["leads"],
        **named,
        **({"activities": activities} if activities else {}),
        "folder": str(config.folder),
    }


def _place(source: FileOrDatabase) -> str:
    if isinstance(source, Database):
        return shown(source.url)
    return source.path if isinstance(source, Sheet) else str(source)


def _schema(tables: Tables, personal: Collection[str]) -> str:
    """Return the columns of the leads that were read, without personal ones."""
    names = [str(name) for name in tables.leads.columns if name not in personal]
    columns = [{"type": "string", "name": name, "required": False} for name in names]
    text = json.dumps({"mlflow_colspec": columns})
    return text if len(text) <= _LONGEST_SCHEMA else json.dumps({"mlflow_colspec": columns[:200]})
