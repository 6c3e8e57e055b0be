"""Each trial of the search as a nested MLflow run, so that a reviewer sees what was tried."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from training.estimators.tuning import SearchResult, Trial, Tuning

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT = "mlflow.parentRunId"


def log_trials(client: MlflowClient, run_id: str, searched: SearchResult | None) -> None:
    """Log every trial below a run: its hyper-parameters, the loss of each fold and its time."""
    if searched is None:
        return
    experiment = client.get_run(run_id).info.experiment_id
    # When each began follows from how long it and the later ones took.
    now = int(time.time() * 1000)
    after = sum(trial.seconds for trial in searched.trials)
    for trial in searched.trials:
        start = now - round(1000 * after)
        after -= trial.seconds
        chosen = trial.tuning == searched.tuning
        _log(client, experiment, run_id, trial, chosen, start)


def flat(tuning: Tuning) -> dict[str, object]:
    """Return hyper-parameters under one name each."""
    values = tuning.to_dict()
    size = {f"trees_{name}" if name != "trees" else name: v for name, v in values["size"].items()}
    return {**size, **{name: value for name, value in values.items() if name != "size"}}


def _log(
    client: MlflowClient, experiment: str, parent: str, trial: Trial, chosen: bool, start: int
) -> None:
    from mlflow.entities import Metric, Param

    end = start + round(1000 * trial.seconds)
    tags = {PARENT: parent, "chosen": str(chosen).lower()}
    name = f"trial {trial.number}"
    run = client.create_run(experiment, start_time=start, tags=tags, run_name=name).info.run_id
    losses = {f"log_loss_fold_{k}": loss for k, loss in enumerate(trial.losses, start=1)}
    figures = {
        "log_loss": trial.loss,
        "gain_over_the_usual": trial.gain,
        "gain_standard_error": trial.error,
        "seconds": trial.seconds,
        **losses,
    }
    client.log_batch(
        run,
        metrics=[Metric(key, value, end, 0) for key, value in figures.items()],
        params=[Param(key, str(value)) for key, value in flat(trial.tuning).items()],
    )
    client.set_terminated(run, end_time=end)
