"""One training run: read, learn, write the bundle and the report, register."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from features.parsing.export_format import ExportFormat
from features.parsing.times import NAT, iso
from features.tables import Tables, load_tables
from leadgate.bundle.bundle import write_bundle
from leadgate.config import Config
from leadgate.errors import DataError
from leadgate.registry.mlflow_store import Progress
from leadgate.registry.registry import BUNDLE, CHALLENGER, EVALUATED, RUNS
from training.ensemble.fitted import Fitted
from training.learn import Learned, learn
from training.packaging.importance import importance
from training.packaging.reference import reference
from training.promotion.champion import Champion, champion_of
from training.report.card import card
from training.report.report import make_report
from training.result import Trained, TrainingResult
from training.tracking.open_run import OpenRun, open_run
from training.tracking.tracking import log_run

REPORT, QUARANTINE = "report.html", "quarantine.csv"
Pages = Callable[[Learned], Mapping[str, str]]


def train(
    config: Config,
    *,
    keep: Collection[str] = (),
    pages: Pages | None = None,
    read: Callable[[Config], Tables] = load_tables,
    progress: Progress | None = None,
) -> TrainingResult:
    """Train, evaluate and register a model; the alias ``challenger`` moves to it.

    The bundle, the fit that was evaluated, the report and the rejected rows are written to
    ``runs/VERSION`` beside the configuration, and logged as one MLflow run.

    Parameters
    ----------
    keep
        Columns and activities that stay features although they look like leaks.
    pages
        Makes further pages to lay beside the report: HTML by file name.
    read
        Reads the data; what it returns may hold more than the configuration's tables.
    progress
        Called with what is being done and the share of the work that is done.

    Raises
    ------
    DataError
        ``unwritable``: nothing can be written beside the configuration. If the export cannot be
        used; see `features.load_tables` and `training.learn.learn`.
    RegistryError
        If the tracking store cannot be reached.
    """
    begin = time.perf_counter()
    runs_folder(config.folder)
    with open_run(config, "leadgate train", progress) as run:
        run.step("reading the data", 0.0)
        tables = read(config)
        run.open()
        champion = champion_of(config)
        learned = learn(config, tables, keep=keep, champion=champion, progress=run.step)
        brief = [*run.killed, *learned.trained.brief]
        learned = replace(learned, trained=replace(learned.trained, brief=brief))
        run.step("writing the report", 0.9)
        further = pages(learned) if pages else {}
        version, folder = _keep(run, learned, tables, champion, further, begin)
    return _result(learned.trained, run.run_id, version, folder, time.perf_counter() - begin)


def _result(
    trained: Trained, run_id: str, version: str, folder: Path, seconds: float
) -> TrainingResult:
    return TrainingResult(
        run_id=run_id,
        model=trained.config.tracking.model,
        version=version,
        alias=CHALLENGER,
        verdict=trained.verdict,
        why=trained.why,
        seconds=seconds,
        rows=trained.rows,
        metrics=trained.metrics,
        bundle=folder / BUNDLE,
        report=folder / REPORT,
        trained=trained,
    )


def _keep(
    run: OpenRun,
    learned: Learned,
    tables: Tables,
    champion: Champion | None,
    further: Mapping[str, str],
    begin: float,
) -> tuple[str, Path]:
    """Write and register a run; its folder appears whole or not at all."""
    runs = runs_folder(learned.trained.config.folder)
    folder = Path(tempfile.mkdtemp(prefix=".new-", dir=runs))
    try:
        version = _write(run, learned, tables, folder, champion, further, begin)
        target = runs / version
        shutil.rmtree(target, ignore_errors=True)
        folder.chmod(0o755)
        folder.replace(target)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return version, target


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


def _write(
    run: OpenRun,
    learned: Learned,
    tables: Tables,
    folder: Path,
    champion: Champion | None,
    further: Mapping[str, str],
    begin: float,
) -> str:
    trained = replace(learned.trained, seconds=time.perf_counter() - begin)
    text = card(trained)
    bundle = _write_bundle(learned, trained.shipped, tables.format, folder / BUNDLE, text)
    evaluated = None
    if trained.evaluated is not None:
        evaluated = _write_bundle(
            learned, trained.evaluated, tables.format, folder / EVALUATED, text
        )
    report = make_report(trained, text)
    written = {REPORT: report.html, **further}
    for name, html in written.items():
        (folder / name).write_text(html, encoding="utf-8")
    if tables.quarantine.count:
        tables.quarantine.write(folder / QUARANTINE)
    run.step("registering", 0.95)
    version = champion.version if champion else ""
    return log_run(run, trained, bundle, evaluated, written, report.plots, compared_with=version)


def _write_bundle(
    learned: Learned, fitted: Fitted, written: ExportFormat, path: Path, text: str
) -> Path:
    return write_bundle(
        path,
        features=fitted.feature_set.to_dict(),
        model=fitted.model,
        policy=learned.policy,
        meta={**_meta(learned, written), "importance": _importance(learned, fitted)},
        card=text,
        low=fitted.low,
        high=fitted.high,
        limits=fitted.limits,
        reference=reference(fitted.feature_set, fitted.model, learned.history),
    )


def _importance(learned: Learned, fitted: Fitted) -> dict[str, float]:
    return importance(fitted, learned.history, learned.trained.settings.ages_days)


def _meta(learned: Learned, written: ExportFormat) -> dict[str, Any]:
    trained = learned.trained
    dated = trained.data_until != NAT
    # The ends are on the time axis of the splits.
    window = trained.evaluation.windows[-1] if trained.evaluation else None
    return {
        "created": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "data_from": iso(trained.data_from) if dated else None,
        "data_until": iso(trained.data_until) if dated else None,
        "data_sha256": trained.digest,
        "horizon_days": trained.settings.horizon_days,
        "export": {
            **trained.config.model_dump(include={"columns", "data"}),
            "format": written.to_dict(),
        },
        "settings": trained.settings.to_dict(),
        "recipe": trained.recipe.to_dict() if trained.recipe else None,
        "test_window": [window.start, window.end] if window else None,
        "verdict": trained.verdict,
        "why": trained.why,
        "metrics": {name: metric.to_dict() for name, metric in trained.metrics.items()},
    }
