"""The registered version of a run: there while its files are written, kept when all of them are."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from leadgate import __version__
from leadgate.config import Config
from leadgate.registry.describe import INTRODUCTION, describe
from leadgate.registry.mlflow_store import explained, store_uri
from leadgate.registry.registry import CHALLENGER
from training.result import TrainingResult
from training.tracking.open_run import OpenRun
from training.tracking.signature import inputs, signature

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import ModelSignature

REQUIREMENTS = [f"leadgate>={__version__}", "mlflow>=3.17"]


@dataclass(frozen=True)
class Registered:
    """A version, and MLflow's id of the model that it is."""

    version: str
    model_id: str


@contextmanager
def registering(
    run: OpenRun, trained: TrainingResult, bundle: Path, tags: Mapping[str, str], description: str
) -> Iterator[Registered]:
    """Register the bundle of a run; the alias ``challenger`` moves when the block is left.

    What fails within the block takes the version away again.

    Parameters
    ----------
    bundle
        The directory of the model that is registered.
    tags, description
        Of the version.

    Raises
    ------
    RegistryError
        If the tracking store cannot be reached; then no alias is moved.
    """
    client, model = run.client, run.config.tracking.model
    example = pd.DataFrame([inputs(trained)])
    with explained(run.uri):
        model_id = log_model(run.config, run.run_id, bundle, signature(trained), example)
        version = register(client, model, run.run_id, model_id, tags, description)
    try:
        yield Registered(version, model_id)
        with explained(run.uri):
            client.set_registered_model_alias(model, CHALLENGER, version)
            describe(client, model)
    except BaseException:
        with suppress(Exception):
            client.delete_model_version(model, version)
        raise


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
    description: str,
) -> str:
    """Register a logged model as a new version; no alias moves."""
    from mlflow.exceptions import MlflowException

    try:
        client.create_registered_model(model, description=INTRODUCTION)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    made = client.create_model_version(
        model,
        f"models:/{model_id}",
        run_id,
        tags=dict(tags),
        description=description,
        model_id=model_id,
    )
    return str(made.version)
