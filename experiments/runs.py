"""The training runs of a model, newest first, with their forward metrics."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from leadgate.config import Config
from leadgate.metrics import METRICS
from leadgate.registry.mlflow_store import connect, explained, store_uri
from leadgate.registry.registry import Registry
from training.evaluation.evaluated import Metric
from training.tracking.figures import IMPROVEMENT, POOLED, read_table
from training.tracking.open_run import close_killed

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run as Logged

NAMES = (*METRICS, POOLED, IMPROVEMENT)
# What an earlier release called a figure.
_EARLIER = {IMPROVEMENT: "gain"}


@dataclass(frozen=True)
class Run:
    """One training run.

    Attributes
    ----------
    version, aliases
        What it registered, "" where it failed before; and the aliases that name it now.
    started
        ISO 8601, UTC.
    status
        MLflow's word: FINISHED, FAILED, KILLED, RUNNING.
    seconds, trials
        What it took, NaN where unknown; how many recipes were tried, None where unknown.
    compared_with
        The version of the champion that the verdict is about, "" for none.
    metrics
        By the names of `NAMES`; undefined where the run evaluated nothing.
    """

    run_id: str
    version: str
    aliases: list[str]
    started: str
    status: str
    verdict: str
    compared_with: str
    why: str
    seconds: float
    trials: int | None
    metrics: dict[str, Metric]

    def to_dict(self) -> dict[str, Any]:
        """Return the run as JSON values."""
        return {**vars(self), "metrics": {k: m.to_dict() for k, m in self.metrics.items()}}


def list_runs(config: Config) -> list[Run]:
    """Return the training runs of a configuration's model, newest first.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached; ``no_registry`` where nothing was ever trained.
    """
    registry = Registry(config.tracking, config.folder)
    client = connect(config.tracking, config.folder)
    aliases = registry.aliases()
    versions = registry.run_ids()
    with explained(store_uri(config.tracking, config.folder)):
        close_killed(client, config)
        logged = _logged(client, config.tracking.experiment)
        figures = [read_table(client, run, registry.files(run)) for run in logged]
    return [
        _run(run, versions.get(run.info.run_id, ""), aliases, held)
        for run, held in zip(logged, figures, strict=True)
    ]


def _logged(client: MlflowClient, experiment: str) -> list[Logged]:
    """Return the runs of an experiment but for the trials inside them, newest first."""
    named = client.get_experiment_by_name(experiment)
    runs: list[Logged] = []
    token: str | None = None
    while named is not None:
        page = client.search_runs(
            [named.experiment_id],
            filter_string="tags.leadgate_version LIKE '%'",
            order_by=["attributes.start_time DESC"],
            page_token=token,
        )
        runs += [run for run in page if "mlflow.parentRunId" not in run.data.tags]
        token = page.token
        if not token:
            break
    return runs


def _run(logged: Logged, version: str, aliases: dict[str, str], held: Mapping[str, Metric]) -> Run:
    info, figures, tags = logged.info, logged.data.metrics, logged.data.tags
    trials = logged.data.params.get("trials")
    return Run(
        run_id=info.run_id,
        version=version,
        aliases=sorted(name for name, named in aliases.items() if version and named == version),
        started=_iso(info.start_time),
        status=info.status,
        verdict=tags.get("verdict", ""),
        compared_with=tags.get("compared_with", ""),
        why=tags.get("why", ""),
        seconds=float(logged.data.params.get("seconds") or figures.get("seconds", math.nan)),
        trials=None if trials is None else int(trials),
        metrics={name: held.get(name) or _metric(name, figures) for name in NAMES},
    )


def _metric(name: str, figures: dict[str, float]) -> Metric:
    """Return a figure of a run without a table, as an earlier release logged it."""
    ends, name = ("", "_low", "_high", "_baseline"), _EARLIER.get(name, name)
    return Metric(*(figures.get(f"{name}{end}", math.nan) for end in ends))


def _iso(ms: int) -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
