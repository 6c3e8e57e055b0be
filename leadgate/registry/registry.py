"""The registered versions of one model, and the aliases that say which of them decides."""

from __future__ import annotations

import hashlib
import shlex
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import url2pathname

from leadgate.config import Tracking
from leadgate.errors import BundleError, NoChampionError, RegistryError
from leadgate.registry.describe import describe
from leadgate.registry.mlflow_store import NO_REGISTRY, connect, explained, shown, store_uri

if TYPE_CHECKING:
    from mlflow.entities import Run

CHAMPION, CHALLENGER, PREVIOUS = "champion", "challenger", "previous"
MANIFEST = "bundle.json"
EVALUATED = "evaluated"
# Beside the configuration: the files of all runs, and one folder for each version.
ARTIFACTS, RUNS, BUNDLE = "mlartifacts", "runs", "bundle"


@dataclass(frozen=True)
class Resolved:
    """A bundle directory on this machine, and the version that answers name.

    `warning` is what people should know of how it came to answer, "" where nothing.
    """

    path: Path
    version: str
    warning: str = ""


def resolve(tracking: Tracking, folder: Path, model: str = CHAMPION) -> Resolved:
    """Find the bundle that `model` names.

    Parameters
    ----------
    tracking
        Where runs and versions are kept.
    folder
        The folder of the configuration.
    model
        A bundle directory, an alias (champion, challenger, previous) or a version number.

    Raises
    ------
    NoChampionError
        If the champion is asked for and nothing has been promoted.
    BundleError
        If `model` is a path without a bundle.
    RegistryError
        If the registry cannot be reached, or does not know the alias or version.
    """
    bundle = directory(model)
    if bundle:
        return bundle
    registry = open_registry(tracking, folder, model)
    version = registry.version(model)
    return Resolved(registry.bundle(version), version)


def directory(model: str) -> Resolved | None:
    """Return the bundle directory that `model` is, or None if it names a version or an alias.

    Raises
    ------
    BundleError
        If `model` is a path without a bundle.
    """
    path = Path(model)
    if (path / MANIFEST).is_file():
        return Resolved(path, path.resolve().name)
    if model != path.name:
        place = "in this directory" if path.is_dir() else "there, and no such directory"
        raise BundleError(f"{model}: there is no model bundle ({MANIFEST}) {place}.")
    return None


def open_registry(tracking: Tracking, folder: Path, model: str = CHAMPION) -> Registry:
    """Open the registry to look for `model` in it.

    Raises
    ------
    NoChampionError
        If the champion is looked for and there is no registry yet.
    RegistryError
        If it cannot be reached, or there is none yet.
    """
    try:
        return Registry(tracking, folder)
    except RegistryError as error:
        if model != CHAMPION or error.code != NO_REGISTRY:
            raise
        raise NoChampionError(error.message, hint=error.hint) from None


class Registry:
    """The versions of the model that a configuration names.

    Raises
    ------
    RegistryError
        By every method, if the registry cannot be reached; here also (code ``no_registry``) if
        there is none yet.
    """

    def __init__(self, tracking: Tracking, folder: Path) -> None:
        self.model = tracking.model
        self.folder = folder
        self.uri = store_uri(tracking, folder)
        self._client = connect(tracking, folder)

    def aliases(self) -> dict[str, str]:
        """Return the version that each alias names."""
        with explained(self.uri):
            models = self._client.search_registered_models(_named(self.model))
            return {k: str(v) for model in models for k, v in model.aliases.items()}

    def version(self, name: str) -> str:
        """Return the version that an alias or a version number names.

        Raises
        ------
        NoChampionError
            If there is no champion.
        RegistryError
            If there is no such alias or version; names those that there are.
        """
        aliases = self.aliases()
        if name in aliases:
            return aliases[name]
        if name == CHAMPION:
            raise NoChampionError(
                f"{self.model} has no champion: nothing has been promoted yet.",
                hint=self._without_champion(aliases.get(CHALLENGER, "")),
            )
        versions = self.versions()
        if name in versions:
            return name
        choices = [f"{alias} ({version})" for alias, version in sorted(aliases.items())]
        choices += [f"version {version}" for version in versions[:5]]
        raise RegistryError(
            f"{name} is no bundle directory, and {self.model} has no such version or alias in "
            f"{shown(self.uri)}; it has {', '.join(choices) or 'none yet'}.",
            code="unknown_model",
            hint="" if choices else "Train a first model: leadgate train",
        )

    def _without_champion(self, challenger: str) -> str:
        """Say what to do while there is no champion."""
        if not challenger:
            return "Train a first model: leadgate train"
        if self.tags(challenger).get("verdict") == "no_signal":
            return (
                f"The challenger, version {challenger}, found no signal and cannot be promoted: "
                "every lead goes to sales as before. What would help: leadgate check"
            )
        return "Use --model challenger, or promote it: leadgate promote"

    def run_ids(self) -> dict[str, str]:
        """Return the version that each run registered."""
        with explained(self.uri):
            versions = self._client.search_model_versions(_named(self.model))
            return {str(v.run_id): str(v.version) for v in versions if v.run_id}

    def tags(self, version: str) -> dict[str, str]:
        """Return the tags of a version."""
        with explained(self.uri):
            return dict(self._client.get_model_version(self.model, version).tags)

    def set_tags(self, version: str, tags: Mapping[str, str]) -> None:
        """Write tags on a version."""
        with explained(self.uri):
            for key, value in tags.items():
                self._client.set_model_version_tag(self.model, version, key, value)

    def model_tags(self) -> dict[str, str]:
        """Return the tags of the registered model, which all its versions share."""
        with explained(self.uri):
            models = self._client.search_registered_models(_named(self.model))
            return {k: str(v) for model in models for k, v in model.tags.items()}

    def set_model_tag(self, key: str, value: str) -> None:
        """Write a tag on the registered model."""
        with explained(self.uri):
            self._client.set_registered_model_tag(self.model, key, value)

    def set_alias(self, alias: str, version: str) -> None:
        """Point an alias to a version; MLflow's pages then say what decides and why."""
        with explained(self.uri):
            self._client.set_registered_model_alias(self.model, alias, version)
            if alias == CHAMPION:
                describe(self._client, self.model)

    def drop_alias(self, alias: str) -> None:
        """Remove an alias."""
        with explained(self.uri):
            self._client.delete_registered_model_alias(self.model, alias)

    def bundle(self, version: str) -> Path:
        """Return the bundle directory of a version, fetched once when it lies elsewhere.

        Raises
        ------
        RegistryError
            If the version holds no bundle, or its files are gone.
        """
        with explained(self.uri):
            files = self._client.get_model_version_download_uri(self.model, version)
            root = self._local(files) or self._fetched(version, files)
        bundles = sorted(root.glob(f"artifacts/*/{MANIFEST}"))
        if not bundles:
            raise RegistryError(
                f"Version {version} of {self.model} has no model bundle under {root}.",
                code="unknown_model",
                hint=self._way_out(version),
            )
        return bundles[0].parent

    def _way_out(self, version: str) -> str:
        """Say what to do where the files of a version are not where the registry says."""
        own = self.folder / RUNS / version / BUNDLE
        if (own / MANIFEST).is_file():
            return (
                f"Its files were moved or deleted. A copy lies beside the configuration: --model "
                f"{shlex.quote(str(own))}. How to move a registry: docs/how-to/move-a-registry.md"
            )
        return "Its files were moved or deleted, or leadgate did not train it."

    def _local(self, uri: str) -> Path | None:
        """Return the local directory of an address; None where it lies elsewhere.

        MLflow keeps absolute paths. In a project that was moved or copied with its files these lie
        beside the configuration, under the same names.
        """
        if uri.startswith("file:"):
            uri = url2pathname(urlsplit(uri).path)
        path = Path(uri)
        if not path.is_absolute():
            return None
        if not path.exists() and ARTIFACTS in path.parts:
            inner = path.parts[::-1].index(ARTIFACTS)
            moved = self.folder.joinpath(ARTIFACTS, *path.parts[len(path.parts) - inner :])
            return moved if moved.exists() else path
        return path

    def files(self, run: Run) -> Path | None:
        """Return the folder of a run's files on this machine; None where they lie elsewhere."""
        return self._local(run.info.artifact_uri)

    def evaluated(self, version: str) -> Path | None:
        """Return the bundle directory of the fit that a version was evaluated by.

        None where it was not evaluated, or its files are gone.
        """
        from mlflow.artifacts import download_artifacts

        with explained(self.uri):
            run_id = self._client.get_model_version(self.model, version).run_id
            files = self._local(self._client.get_run(run_id).info.artifact_uri) if run_id else None
            if files is not None:
                own = files / EVALUATED
                return own if (own / MANIFEST).is_file() else None
            names = [file.path for file in self._client.list_artifacts(run_id)] if run_id else []
            if EVALUATED not in names:
                return None
            return Path(
                download_artifacts(run_id=run_id, artifact_path=EVALUATED, tracking_uri=self.uri)
            )

    def _fetched(self, version: str, files: str) -> Path:
        """Download a version beside the configuration; the same address holds the same files."""
        from mlflow.artifacts import download_artifacts

        identity = hashlib.sha256(f"{self.uri} {files}".encode()).hexdigest()[:16]
        target = self.folder / ".leadgate" / "models" / f"{version}-{identity}"
        if not target.is_dir():
            target.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=target.parent) as scratch:
                got = download_artifacts(files, dst_path=f"{scratch}/got", tracking_uri=self.uri)
                staged = Path(scratch, "files")
                shutil.move(got, staged)
                # Another worker may have been first: its files are the same.
                with suppress(OSError):
                    staged.rename(target)
        return target

    def versions(self) -> list[str]:
        """Return every version, newest first."""
        with explained(self.uri):
            versions = self._client.search_model_versions(_named(self.model))
            return sorted((str(v.version) for v in versions), key=int, reverse=True)


def _named(model: str) -> str:
    return "name='" + model.replace("'", "''") + "'"
