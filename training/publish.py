"""From a training to a registered version: its files, its pages, and its run in MLflow."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from features.tables import Tables
from training import package
from training.evaluation.summary import Summary, summarise
from training.report.about import About
from training.report.card import card
from training.report.earlier import Earlier, earlier_versions, markdown
from training.report.report import make_report
from training.result import REPORT, TrainingResult
from training.tracking.naming import description
from training.tracking.open_run import OpenRun
from training.tracking.tracking import Files, log_run, version_tags
from training.tracking.version import registering


def publish(
    run: OpenRun,
    result: TrainingResult,
    tables: Tables,
    folder: Path,
    further: package.Further,
    compared_with: str,
) -> str:
    """Write the files of a run, register its model and log all of it; return the version.

    The report names the version, so the version is there before it and goes again if it fails.

    Parameters
    ----------
    folder
        Where the files are written.
    further
        Pages to lay beside the report, and lists.
    compared_with
        The version of the champion that the verdict is about, "" when there was none.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached; then no alias is moved.
    """
    summary = None if result.evaluation is None else summarise(result.evaluation)
    text = card(result, summary)
    models = package.write(result, tables, folder, text)
    run.step("registering", 0.95)
    earlier = earlier_versions(run.registry, compared_with)
    described = description(text, changes=markdown(result, earlier))
    tags = version_tags(result, compared_with)
    with registering(run, result, models.bundle, tags, described) as registered:
        about = _about(run, result, registered.version, compared_with, earlier)
        files = _files(result, models, text, summary, about, further.pages)
        package.write_texts(folder, {**files.pages, **further.lists})
        log_run(run, result, registered, tables, summary, files, described, compared_with)
    return registered.version


def _files(
    result: TrainingResult,
    models: package.Models,
    text: str,
    summary: Summary | None,
    about: About,
    further: Mapping[str, str],
) -> Files:
    report = make_report(result, text, summary, about)
    pages = {REPORT: report.html, **further}
    return Files(bundle=models.bundle, evaluated=models.evaluated, pages=pages, plots=report.plots)


def _about(
    run: OpenRun, result: TrainingResult, version: str, champion: str, earlier: list[Earlier]
) -> About:
    config = result.config
    return About(
        version=version,
        run_id=run.run_id,
        author=run.source.get("mlflow.user", ""),
        commit=run.source.get("mlflow.source.git.commit", ""),
        champion=champion,
        policy=result.policy.with_settings(config.policy, amount_column=config.columns.amount),
        earlier=earlier,
    )
