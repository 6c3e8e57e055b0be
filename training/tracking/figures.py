"""The figures of a run in MLflow: a few to sort and compare by, curves, and one table of all."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leadgate.metrics import METRIC_NAMES, TRACKED_NAMES
from training.evaluation.evaluated import Evaluation, Metric, WindowResult
from training.evaluation.summary import Summary
from training.report.formats import policy_name
from training.report.windows import without_holes
from training.result import TrainingResult

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

TABLE = "figures.json"
COLUMNS = ("figure", "measured_on", "value", "low", "high", "baseline", "meaning")
_TEST, _WINDOWS = "the test window", "all forward windows"
# Beside the names of `leadgate.metrics`, in the words that the other pages use.
IMPROVEMENT, CAPTURED, POOLED = "log_loss_improvement", "share_of_wins_captured", "pooled_auc"
HEADLINE = ("log_loss", "auc", "precision_at_capacity", "calibration_in_the_large")
DIGITS = 5
_MEANINGS = {
    **METRIC_NAMES,
    IMPROVEMENT: "log loss of the base rate less that of the model",
    POOLED: "AUC of the members alike, within windows: the test of signal",
}


@dataclass(frozen=True)
class Figure:
    """One row of the table: a figure, on what it was measured, and what it says."""

    name: str
    measured_on: str
    metric: Metric
    meaning: str


def headline(trained: TrainingResult, summary: Summary | None) -> dict[str, float]:
    """Return the figures that runs are sorted and compared by, defined ones only.

    Each is a bar on the page of its run, so there are few; all are in the table.
    """
    metrics = trained.metrics
    figures = {TRACKED_NAMES[name]: metrics[name].value for name in HEADLINE if name in metrics}
    if trained.evaluation is not None and summary is not None:
        figures[IMPROVEMENT] = trained.evaluation.gain.value
        figures[CAPTURED] = summary.lines[0].kept.value
    return {
        name: round(float(value), DIGITS) for name, value in figures.items() if math.isfinite(value)
    }


@dataclass(frozen=True)
class Point:
    """One point of a curve: the step counts the windows or periods from 1, oldest first."""

    name: str
    step: int
    value: float


def curves(evaluation: Evaluation | None, summary: Summary | None) -> list[Point]:
    """Return what is drawn over time: by forward window, and by period of the test window."""
    if evaluation is None or summary is None:
        return []
    points = []
    for step, window in enumerate(without_holes(evaluation.windows), 1):
        if not isinstance(window, WindowResult):
            continue
        points += [
            Point("by_window/leads", step, window.leads),
            Point("by_window/wins", step, window.wins),
            Point("by_window/auc_of_members", step, window.auc),
        ]
    for step, period in enumerate(summary.periods, 1):
        points += [
            Point("by_period/predicted_win_rate", step, period.expected),
            Point("by_period/actual_win_rate", step, period.won.value),
            Point("by_period/auc", step, period.auc.value),
            Point("by_period/log_loss", step, period.log_loss.value),
            Point("by_period/predicted_to_actual_ratio", step, period.in_the_large.value),
        ]
    return [
        Point(point.name, point.step, round(point.value, DIGITS))
        for point in points
        if math.isfinite(point.value)
    ]


def table(trained: TrainingResult, summary: Summary | None) -> dict[str, list[object]]:
    """Return every figure with its 90 % interval and its baseline, by column, for MLflow."""
    rows = list(_figures(trained, summary))
    columns: dict[str, list[object]] = {
        "figure": [row.name for row in rows],
        "measured_on": [row.measured_on for row in rows],
        "meaning": [row.meaning for row in rows],
    }
    for end in ("value", "low", "high", "baseline"):
        values = [getattr(row.metric, end) for row in rows]
        columns[end] = [value if math.isfinite(value) else None for value in values]
    return {name: columns[name] for name in COLUMNS}


def _figures(trained: TrainingResult, summary: Summary | None) -> Iterator[Figure]:
    evaluation = trained.evaluation
    if evaluation is None or summary is None:
        return
    for name, metric in trained.metrics.items():
        yield Figure(TRACKED_NAMES[name], _TEST, metric, _MEANINGS[name])
    yield Figure(IMPROVEMENT, _TEST, evaluation.gain, _MEANINGS[IMPROVEMENT])
    yield Figure(POOLED, _WINDOWS, evaluation.pooled_auc, _MEANINGS[POOLED])
    if trained.following is not None:
        where, followed = _TEST, trained.following
        yield Figure("log_loss_frozen", where, followed.frozen, "with the level of its training")
        yield Figure("log_loss_followed", where, followed.followed, "with a level that follows")
        yield Figure("following_gain", where, followed.gain, "the former less the latter")
    for line in summary.lines:
        name, share = policy_name(line.name), f"{line.share:.1%} of the leads handed off"
        yield Figure(f"{CAPTURED}, {name}", _TEST, line.kept, f"{share}; of all wins")
        yield Figure(f"win_rate, {name}", _TEST, line.won, share)
    for period in summary.periods:
        where = f"{period.name}, {period.leads:.0f} leads"
        predicted = Metric(period.expected, math.nan, math.nan)
        yield Figure("predicted_win_rate", where, predicted, "the mean readiness")
        yield Figure("actual_win_rate", where, period.won, "what came of it")
        yield Figure("auc", where, period.auc, _MEANINGS["auc"])
    for window in evaluation.windows:
        where = f"window {window.name}, {window.leads} leads"
        metric = Metric(window.auc, math.nan, math.nan, 0.5)
        yield Figure("auc_of_members", where, metric, "AUC of the members alike")


def read_table(client: MlflowClient, run: Run, files: Path | None) -> Mapping[str, Metric]:
    """Return the figures of a run on its test window; empty where it has no table.

    By the names of `leadgate.metrics`.

    Parameters
    ----------
    files
        The folder of the run's files on this machine; None where they lie elsewhere.
    """
    path = None if files is None else files / TABLE
    if path is None and TABLE in {file.path for file in client.list_artifacts(run.info.run_id)}:
        path = Path(client.download_artifacts(run.info.run_id, TABLE))
    if path is None or not path.is_file():
        return {}
    held = json.loads(path.read_text(encoding="utf-8"))
    rows = [dict(zip(held["columns"], row, strict=True)) for row in held["data"]]
    # A table of an earlier release has the names of `leadgate.metrics` themselves.
    names = {tracked: name for name, tracked in TRACKED_NAMES.items()}
    return {
        names.get(row["figure"], str(row["figure"])): Metric(
            *(_number(row[end]) for end in COLUMNS[2:6])
        )
        for row in rows
        if row["measured_on"] in (_TEST, _WINDOWS)
    }


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)
