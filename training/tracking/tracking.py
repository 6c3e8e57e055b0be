"""One MLflow run for each training: what went in, and what came out."""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from features.parsing.times import NAT, iso
from features.tables import Tables
from leadgate.config import FILE_NAME
from leadgate.registry.mlflow_store import explained
from leadgate.registry.registry import EVALUATED
from leadgate.registry.tags import ASKED, EVIDENCE
from training.evaluation.summary import Summary
from training.promotion.written import as_json
from training.report.asked import asked_of
from training.result import TrainingResult
from training.tracking.dataset import dataset
from training.tracking.figures import TABLE, Point, curves, headline, table
from training.tracking.naming import DESCRIPTION, RUN_NAME, WHY, run_name
from training.tracking.open_run import OpenRun
from training.tracking.version import Registered

if TYPE_CHECKING:
    from mlflow.entities import Dataset, Metric


@dataclass(frozen=True, kw_only=True)
class Files:
    """What a run leaves besides its figures.

    Attributes
    ----------
    bundle, evaluated
        The directory of the model that is registered, and that of the fit that was evaluated,
        where there is one.
    pages
        The report and others, HTML by file name.
    plots
        PNG by name.
    """

    bundle: Path
    evaluated: Path | None
    pages: Mapping[str, str]
    plots: Mapping[str, bytes]


def log_run(
    run: OpenRun,
    trained: TrainingResult,
    registered: Registered,
    tables: Tables,
    summary: Summary | None,
    files: Files,
    description: str,
    compared_with: str = "",
) -> None:
    """Fill a run that is open: data, settings, figures, files, name and description.

    MLflow itself is left pointing at the configuration's store.

    Parameters
    ----------
    compared_with
        The version of the champion that the verdict is about, "" when there was none.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached.
    """
    from mlflow.entities import DatasetInput, InputTag, Param

    client, run_id, data = run.client, run.run_id, dataset(trained, tables)
    tags = {**run_tags(trained, compared_with), RUN_NAME: run_name(trained, registered.version)}
    with explained(run.uri):
        client.log_inputs(
            run_id, [DatasetInput(data, [InputTag("mlflow.data.context", "training")])]
        )
        client.log_batch(
            run_id,
            metrics=_metrics(run_id, trained, summary, registered, data),
            params=[Param(key, value) for key, value in _params(trained, summary).items()],
        )
        client.log_table(run_id, table(trained, summary), TABLE)
        _log_files(run, files)
        for key, value in {**tags, DESCRIPTION: description}.items():
            client.set_tag(run_id, key, value)


def run_tags(trained: TrainingResult, compared_with: str) -> dict[str, str]:
    """Return what is written on a run and on its version alike; nothing that is empty."""
    tags = {
        "verdict": trained.verdict,
        WHY: trained.why,
        "compared_with": compared_with,
        "data_sha256": trained.digest,
    }
    if trained.data_until != NAT:
        tags |= {"data_from": iso(trained.data_from), "data_until": iso(trained.data_until)}
    return {key: value for key, value in tags.items() if value}


def version_tags(trained: TrainingResult, compared_with: str) -> dict[str, str]:
    """Return what the promotion gate reads on a version: the verdict and what it rests on."""
    of_the_run = ("data_sha256", "data_from")  # they stand on its page
    tags = run_tags(trained, compared_with)
    evidence = as_json(trained.evaluation, trained.evidence, trained.separation, trained.look)
    kept = {key: value for key, value in tags.items() if key not in of_the_run}
    return {**kept, ASKED: str(asked_of(trained, compared_with)), EVIDENCE: evidence}


def _params(trained: TrainingResult, summary: Summary | None) -> dict[str, str]:
    """Return what the run depends on besides the data, and how much it was evaluated on.

    MLflow takes texts of limited length.
    """
    config = trained.config
    chosen: dict[str, object] = {
        "horizon_days": config.target.horizon_days,
        "snapshot_ages_days": ", ".join(f"{age:g}" for age in config.target.snapshot_ages_days),
        "capacity_per_week": config.policy.capacity_per_week,
        "cost_per_handoff": config.policy.cost_per_handoff,
        "value_per_win": config.policy.value_per_win,
        "features": len(trained.shipped.feature_set.features_),
        "left_out": ", ".join(trained.left_out),
        "leads_evaluated": None if summary is None else summary.leads,
        "wins_evaluated": None if summary is None else summary.wins,
        "seconds": round(trained.seconds, 1),
        **{f"weight {candidate.name}": f"{candidate.weight:.4f}" for candidate in trained.tried},
    }
    return {
        re.sub(r"[^\w\-. :/]", "", key): (f"{value:g}" if isinstance(value, float) else str(value))[
            :500
        ]
        for key, value in chosen.items()
        if value is not None
    }


def _metrics(
    run_id: str,
    trained: TrainingResult,
    summary: Summary | None,
    registered: Registered,
    data: Dataset,
) -> list[Metric]:
    """Return the headline figures, of the model and of its data, and the points of the curves."""
    from mlflow.entities import Metric

    now, of_model = int(time.time() * 1000), (registered.model_id, data.name, data.digest)
    figures = [
        Metric(name, value, now, 0, *of_model, run_id)
        for name, value in headline(trained, summary).items()
    ]
    points: list[Point] = curves(trained.evaluation, summary)
    return [*figures, *(Metric(p.name, p.value, now, p.step, run_id=run_id) for p in points)]


def _log_files(run: OpenRun, files: Files) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for name, html in files.pages.items():
            Path(scratch, name).write_text(html, encoding="utf-8")
        Path(scratch, "plots").mkdir()
        for name, png in files.plots.items():
            Path(scratch, "plots", f"{name}.png").write_bytes(png)
        if run.config.text:
            # It holds no secret: passwords are environment variables.
            Path(scratch, FILE_NAME).write_text(run.config.text, encoding="utf-8")
        run.client.log_artifacts(run.run_id, scratch)
    run.client.log_artifacts(run.run_id, str(files.bundle), "bundle")
    if files.evaluated is not None:
        run.client.log_artifacts(run.run_id, str(files.evaluated), EVALUATED)
