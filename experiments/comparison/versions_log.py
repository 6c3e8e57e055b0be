"""What came after each version, logged to MLflow: as figures of its run, and as one page."""

from __future__ import annotations

import math
import time

import pandas as pd

from experiments.comparison.versions import FIGURES, WINS, VersionScore, VersionsOverTime
from experiments.comparison.versions_page import PAGE, make_page
from features.parsing.times import US_PER_DAY, iso
from leadgate.config import Config
from leadgate.metrics import TRACKED_NAMES
from leadgate.registry.mlflow_store import connect, explained, store_uri
from leadgate.registry.registry import Registry
from training.tracking.figures import CAPTURED

# As the runs themselves call them.
_TRACKED = {**TRACKED_NAMES, WINS: CAPTURED}


def log(config: Config, over: VersionsOverTime) -> str:
    """Log the figures to the run of each version, and the table and page to a run of their own.

    In the run of a version the step is how many days after its data the export ends, so that each
    figure becomes a curve. The experiment of the page is the configuration's with ``-monitor``
    behind its name.

    Returns
    -------
    str
        The page.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached.
    """
    from mlflow.entities import Metric

    client, page = connect(config.tracking, config.folder), make_page(over)
    runs = {v: run for run, v in Registry(config.tracking, config.folder).run_ids().items()}
    name, now = f"{config.tracking.experiment}-monitor", int(time.time() * 1000)
    with explained(store_uri(config.tracking, config.folder)):
        for score in over.scores:
            step = (over.until - score.until) // US_PER_DAY
            figures = [Metric(k, v, now, step) for k, v in _flat(score).items()]
            if figures and score.version in runs:
                client.log_batch(runs[score.version], metrics=figures)
        existing = client.get_experiment_by_name(name)
        experiment = existing.experiment_id if existing else client.create_experiment(name)
        tags = {"model": over.model, "data_until": iso(over.until)}
        run = client.create_run(experiment, tags=tags, run_name="versions over time")
        client.log_text(run.info.run_id, page, PAGE)
        client.log_table(run.info.run_id, table(over), "versions.json")
        client.set_terminated(run.info.run_id)
    return page


def table(over: VersionsOverTime) -> pd.DataFrame:
    """Return one row for each version and figure, with its interval."""
    columns = ["version", "data_until", "leads", "wins", "figure", "value", "low", "high"]
    rows = [
        (s.version, iso(s.until), s.leads, s.wins, FIGURES[name], m.value, m.low, m.high)
        for s in over.scores
        for name, m in s.since.items()
    ]
    return pd.DataFrame(rows, columns=columns)


def _flat(score: VersionScore) -> dict[str, float]:
    figures = {f"since/{_TRACKED[name]}": metric.value for name, metric in score.since.items()}
    return {name: value for name, value in figures.items() if math.isfinite(value)}
