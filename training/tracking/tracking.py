"""One MLflow run for each training: what went in, what came out, and the registered version."""

from __future__ import annotations

import importlib.util
import math
import re
import tempfile
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from features.parsing.times import NAT, iso
from leadgate import __version__
from leadgate.bundle.bundle import CARD
from leadgate.config import Config
from leadgate.registry.mlflow_store import explained, store_uri
from leadgate.registry.next_step import EVIDENCE
from leadgate.registry.registry import CHALLENGER, EVALUATED
from training.evaluation.evaluated import Metric
from training.promotion.written import as_json
from training.result import TrainingResult
from training.tracking.naming import (
    DESCRIPTION,
    MODEL_DESCRIPTION,
    RUN_NAME,
    run_name,
    shortened,
)
from training.tracking.open_run import OpenRun
from training.tracking.signature import inputs, signature

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

REQUIREMENTS = [f"leadgate>={__version__}", "mlflow>=3.17"]


def log_run(
    run: OpenRun,
    trained: TrainingResult,
    bundle: Path,
    evaluated: Path | None,
    pages: Mapping[str, str],
    plots: Mapping[str, bytes],
    *,
    compared_with: str = "",
) -> str:
    """Fill a run that is open, register its model and move the alias ``challenger`` to it.

    MLflow itself is left pointing at the configuration's store.

    Parameters
    ----------
    bundle
        The directory of the model that is registered.
    evaluated
        The directory of the fit that was evaluated, where there is one.
    pages
        The report and others, HTML by file name.
    plots
        PNG by name.
    compared_with
        The version of the champion that the verdict is about, "" when there was none.

    Returns
    -------
    str
        The version.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached; then no alias is moved.
    """
    client, config, run_id = run.client, run.config, run.run_id
    tags, card = _tags(trained, compared_with), (bundle / CARD).read_text("utf-8")
    with explained(run.uri):
        _log_batch(client, run_id, params=_params(trained))
        _log_files(client, run_id, bundle, evaluated, pages, plots)
        example = pd.DataFrame([inputs(trained)])
        model_id = log_model(config, run_id, bundle, signature(trained), example)
        _log_batch(client, run_id, metrics=_metrics(trained), model_id=model_id)
        on_version = {**tags, EVIDENCE: _figures(trained)}
        version = register(client, config.tracking.model, run_id, model_id, on_version, card)
        client.set_registered_model_alias(config.tracking.model, CHALLENGER, version)
        named = {RUN_NAME: run_name(trained, version), DESCRIPTION: shortened(card)}
        for key, value in {**tags, **named}.items():
            client.set_tag(run_id, key, value)
    return version


def _figures(trained: TrainingResult) -> str:
    return as_json(trained.evaluation, trained.evidence, trained.separation)


def _tags(trained: TrainingResult, compared_with: str) -> dict[str, str]:
    tags = {
        "verdict": trained.verdict,
        "why": trained.why,
        "compared_with": compared_with,
        "data_sha256": trained.digest,
    }
    if trained.data_until != NAT:
        tags |= {"data_from": iso(trained.data_from), "data_until": iso(trained.data_until)}
    return tags


def _params(trained: TrainingResult) -> dict[str, str]:
    """Return what the run depends on besides the data; MLflow takes texts of limited length."""
    config = trained.config
    chosen: dict[str, object] = {
        "horizon_days": config.target.horizon_days,
        "snapshot_ages_days": config.target.snapshot_ages_days,
        "capacity_per_week": config.policy.capacity_per_week,
        "cost_per_handoff": config.policy.cost_per_handoff,
        "value_per_win": config.policy.value_per_win,
        "features": len(trained.shipped.feature_set.features_),
        "left_out": ", ".join(trained.left_out),
        **{f"weight {candidate.name}": f"{candidate.weight:.4f}" for candidate in trained.tried},
    }
    return {
        re.sub(r"[^\w\-. :/]", "", key): str(value)[:500]
        for key, value in chosen.items()
        if value is not None
    }


def _metrics(trained: TrainingResult) -> dict[str, float]:
    """Return each figure with the ends of its interval and the base rate's; defined ones only."""
    figures: dict[str, Metric] = dict(trained.metrics)
    if trained.evaluation is not None:
        figures |= {"pooled_auc": trained.evaluation.pooled_auc, "gain": trained.evaluation.gain}
    if trained.following is not None:
        following = trained.following
        figures |= {"log_loss_followed": following.followed, "following_gain": following.gain}
    flat = {"seconds": trained.seconds, "first_reason_kept": trained.first_reason_kept}
    for name, metric in figures.items():
        flat |= {name: metric.value, f"{name}_low": metric.low, f"{name}_high": metric.high}
        flat[f"{name}_baseline"] = metric.baseline
    flat |= {f"rows_{name}": float(count) for name, count in trained.rows.items()}
    flat |= {f"leads_{name}": float(count) for name, count in trained.leads.items()}
    return {name: value for name, value in flat.items() if math.isfinite(value)}


def _log_batch(
    client: MlflowClient,
    run_id: str,
    *,
    params: Mapping[str, str] | None = None,
    metrics: Mapping[str, float] | None = None,
    model_id: str | None = None,
) -> None:
    from mlflow.entities import Metric as Logged
    from mlflow.entities import Param

    now = int(time.time() * 1000)
    client.log_batch(
        run_id,
        metrics=[Logged(k, v, now, 0, model_id, run_id=run_id) for k, v in (metrics or {}).items()],
        params=[Param(k, v) for k, v in (params or {}).items()],
    )


def _log_files(
    client: MlflowClient,
    run_id: str,
    bundle: Path,
    evaluated: Path | None,
    pages: Mapping[str, str],
    plots: Mapping[str, bytes],
) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        for name, html in pages.items():
            Path(scratch, name).write_text(html, encoding="utf-8")
        Path(scratch, "plots").mkdir()
        for name, png in plots.items():
            Path(scratch, "plots", f"{name}.png").write_bytes(png)
        client.log_artifacts(run_id, scratch)
    client.log_artifacts(run_id, str(bundle), "bundle")
    if evaluated is not None:
        client.log_artifacts(run_id, str(evaluated), EVALUATED)


def log_model(
    config: Config, run_id: str, bundle: Path, signature: ModelSignature, example: pd.DataFrame
) -> str:
    """Log a bundle as a pyfunc from code; return its id."""
    import mlflow
    import mlflow.pyfunc

    uri = store_uri(config.tracking, config.folder)
    mlflow.set_tracking_uri(uri)
    mlflow.set_registry_uri(uri)
    with warnings.catch_warnings(), mlflow.start_run(run_id=run_id, nested=True):
        warnings.simplefilter("ignore")
        info: Any = mlflow.pyfunc.log_model(
            name="model",
            python_model=str(_code()),
            artifacts={"bundle": str(bundle)},
            pip_requirements=REQUIREMENTS,
            signature=signature,
            input_example=example,
        )
    return str(info.model_id)


def _code() -> Path:
    """Return the file that MLflow copies; it belongs to serving, which training never imports."""
    serving = importlib.util.find_spec("serving")
    assert serving is not None
    assert serving.origin is not None
    return Path(serving.origin).parent / "models" / "pyfunc_model.py"


def register(
    client: MlflowClient,
    model: str,
    run_id: str,
    model_id: str,
    tags: Mapping[str, str],
    card: str,
) -> str:
    """Register a logged model as a new version; no alias moves."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(model, description=MODEL_DESCRIPTION)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = client.create_model_version(
        model,
        f"models:/{model_id}",
        run_id,
        tags=dict(tags),
        description=shortened(card),
        model_id=model_id,
    )
    return str(made.version)
