"""The experiment that holds the runs of a project: where it lies and how MLflow opens it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadgate.config import Config
from leadgate.errors import RegistryError
from leadgate.registry.registry import ARTIFACTS
from training.tracking.naming import DESCRIPTION, EXPERIMENT_DESCRIPTION

if TYPE_CHECKING:
    from mlflow import MlflowClient

# By this tag MLflow opens an experiment with the table of its runs, not with a page on GenAI.
KIND = {"mlflow.experimentKind": "custom_model_development"}


def experiment_of(client: MlflowClient, config: Config) -> str:
    """Return the id of a project's experiment, made where there is none.

    With a database of one's own its files lie beside the configuration.

    Raises
    ------
    RegistryError
        Code ``moved``: its files belong where the project does not lie any more.
    """
    name = config.tracking.experiment
    existing = client.get_experiment_by_name(name)
    tags = {**KIND, DESCRIPTION: EXPERIMENT_DESCRIPTION}
    if existing is None:
        served = config.tracking.uri.startswith("http")
        location = None if served else str((config.folder / ARTIFACTS).resolve())
        return str(client.create_experiment(name, artifact_location=location, tags=tags))
    _check_place(existing.artifact_location, config)
    for key, value in tags.items():
        # What people wrote there themselves stays.
        if key not in existing.tags:
            client.set_experiment_tag(existing.experiment_id, key, value)
    return str(existing.experiment_id)


def _check_place(location: str, config: Config) -> None:
    """Refuse to write where the project does not lie any more."""
    place = Path(location)
    if place.is_absolute() and place.name == ARTIFACTS and not place.parent.is_dir():
        raise RegistryError(
            f"The experiment {config.tracking.experiment} keeps its files under {place}, and there "
            "is no such directory: the project was moved.",
            code="moved",
            hint="How to move a registry: docs/how-to/move-a-registry.md",
        )
