"""What a run writes: its bundle, the fit that was evaluated, its pages, the rejected rows."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from features.parsing.export_format import ExportFormat
from features.parsing.times import NAT, iso
from features.tables import Tables
from leadgate.bundle.bundle import write_bundle
from leadgate.errors import DataError
from leadgate.policy import rules_of
from leadgate.registry.registry import BUNDLE, EVALUATED, RUNS
from training.ensemble.fitted import Fitted
from training.packaging.arrivals import arriving
from training.packaging.importance import importance
from training.packaging.level import level
from training.packaging.reference import reference
from training.result import TrainingResult

QUARANTINE = "quarantine.csv"


@dataclass(frozen=True)
class Further:
    """What a run writes beside its report, text by file name.

    Attributes
    ----------
    pages
        Counts only: they go to MLflow as well.
    lists
        They name leads, and stay in the folder of the run.
    """

    pages: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Models:
    """The written models of a run: the directories of their bundles.

    `evaluated` is that of the fit that was evaluated, None where there is none.
    """

    bundle: Path
    evaluated: Path | None


def runs_folder(folder: Path) -> Path:
    """Return the folder of the runs, and make it.

    Parameters
    ----------
    folder
        Of the configuration.

    Raises
    ------
    DataError
        ``unwritable``: nothing can be written there.
    """
    runs = folder / RUNS
    try:
        runs.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=runs).close()
    except OSError as error:
        raise DataError(
            f"{runs}: nothing can be written there: {error.strerror}.",
            code="unwritable",
            hint="The run and its report are written beside leadgate.toml: give this user the "
            "right to write there, or copy the configuration elsewhere.",
        ) from None
    return runs


@contextmanager
def new_run(folder: Path) -> Iterator[Path]:
    """Give a folder for the files of a run, which goes again unless `keep` moves it."""
    path = Path(tempfile.mkdtemp(prefix=".new-", dir=runs_folder(folder)))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def keep(path: Path, version: str) -> Path:
    """Move the folder of a run to that of its version: it appears whole or not at all."""
    target = path.with_name(version)
    shutil.rmtree(target, ignore_errors=True)
    path.chmod(0o755)
    return path.replace(target)


def write(result: TrainingResult, tables: Tables, folder: Path, text: str) -> Models:
    """Write the models of a run, and the rejected rows.

    Parameters
    ----------
    text
        The model card.
    """
    bundle = write_model(result, result.shipped, tables.format, folder / BUNDLE, text)
    evaluated = None
    if result.evaluated is not None:
        evaluated = write_model(result, result.evaluated, tables.format, folder / EVALUATED, text)
    if tables.quarantine.count:
        tables.quarantine.write(folder / QUARANTINE)
    return Models(bundle, evaluated)


def write_texts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write the pages and lists of a run, by file name."""
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def write_model(
    result: TrainingResult, fitted: Fitted, written: ExportFormat, path: Path, text: str
) -> Path:
    """Write the bundle of the fit that ships, or of the one that was evaluated.

    Parameters
    ----------
    written
        How the values of the export are written.
    text
        The model card.
    """
    columns = result.column_importance
    if fitted is not result.shipped:
        X = arriving(
            fitted, result.history, result.settings.ages_days, rules_of(result.config.policy)
        )
        columns = importance(fitted, X)
    return write_bundle(
        path,
        features=fitted.feature_set.to_dict(),
        model=fitted.model,
        policy=result.policy,
        meta={**_meta(result, written), "importance": columns},
        card=text,
        low=fitted.low,
        high=fitted.high,
        limits=fitted.limits,
        reference=reference(fitted.feature_set, fitted.model, result.history),
    )


def _meta(result: TrainingResult, written: ExportFormat) -> dict[str, Any]:
    dated = result.data_until != NAT
    # The ends are on the time axis of the splits.
    window = result.evaluation.windows[-1] if result.evaluation else None
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data_from": iso(result.data_from) if dated else None,
        "data_until": iso(result.data_until) if dated else None,
        "data_sha256": result.digest,
        "horizon_days": result.settings.horizon_days,
        "export": {
            **result.config.model_dump(include={"columns", "data"}),
            "format": written.to_dict(),
        },
        "settings": result.settings.to_dict(),
        "recipe": result.recipe.to_dict(),
        "level": level(result.following, result.shipped, result.data_until),
        "test_window": [window.start, window.end] if window else None,
        "verdict": result.verdict,
        "why": result.why,
        "metrics": {name: metric.to_dict() for name, metric in result.metrics.items()},
    }
