"""One training run: read, learn, write the bundle and the report, register."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import replace

from features.tables import Tables, load_tables
from leadgate.config import Config
from leadgate.registry.mlflow_store import Progress
from training import package
from training.learn import learn
from training.promotion.champion import champion_of
from training.publish import publish
from training.result import TrainingResult
from training.tracking.open_run import open_run

Pages = Callable[[TrainingResult], package.Further]


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
        Makes further pages to lay beside the report, and lists of leads.
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
    package.runs_folder(config.folder)
    with open_run(config, "leadgate train", progress) as run:
        run.step("reading the data", 0.0)
        tables = read(config)
        run.open()
        champion = champion_of(config)
        result = learn(config, tables, keep=keep, champion=champion, progress=run.step)
        result = replace(result, run_id=run.run_id, brief=[*run.killed, *result.brief])
        run.step("writing the report", 0.9)
        further = pages(result) if pages else package.Further()
        with package.new_run(config.folder) as folder:
            result = replace(result, seconds=time.perf_counter() - begin)
            compared_with = champion.version if champion else ""
            version = publish(run, result, tables, folder, further, compared_with)
            kept = package.keep(folder, version)
    return replace(result, version=version, folder=kept, seconds=time.perf_counter() - begin)
