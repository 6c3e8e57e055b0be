"""One MLflow run for each look at a model, in an experiment of its own."""

from __future__ import annotations

import time

from experiments.monitor.monitor import Monitored, metrics
from leadgate.config import Config
from leadgate.registry.mlflow_store import connect, explained, store_uri


def log(config: Config, version: str, look: Monitored) -> str:
    """Log a look at a version; return the id of the run.

    The experiment is the configuration's with ``-monitor`` behind its name, so that the figures of
    all looks make one curve.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached.
    """
    from mlflow.entities import Metric

    client = connect(config.tracking, config.folder)
    name = f"{config.tracking.experiment}-monitor"
    tags = {"version": version, "alarm": str(look.alarm).lower(), "why": look.why[:5000]}
    now = int(time.time() * 1000)
    with explained(store_uri(config.tracking, config.folder)):
        existing = client.get_experiment_by_name(name)
        experiment = existing.experiment_id if existing else client.create_experiment(name)
        run_id: str = client.create_run(experiment, tags=tags).info.run_id
        client.log_batch(run_id, metrics=[Metric(k, v, now, 0) for k, v in metrics(look).items()])
        client.log_dict(run_id, look.to_dict(), "monitor.json")
        client.set_terminated(run_id)
    return run_id
