"""The model bundle: a directory of text and JSON with checksums, and nothing of a real lead."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

from numpy.typing import ArrayLike

from leadgate.bundle.golden import check_golden, golden_rows
from leadgate.errors import BundleError
from leadgate.jsonfile import read_json, write_json
from leadgate.model import Model
from leadgate.model.limits import Limits
from leadgate.policy import Policy

FORMAT_VERSION = 1
MANIFEST, FEATURES, POLICY, LIMITS, GOLDEN, CARD = (
    "bundle.json",
    "features.json",
    "policy.json",
    "limits.json",
    "golden.json",
    "card.md",
)
REFERENCE = "reference.json"

_LIBRARIES = ("lightgbm", "numpy", "pandas")
Part = TypeVar("Part", Policy, Limits)


@dataclass(frozen=True)
class Bundle:
    """A loaded model directory, checked.

    Attributes
    ----------
    features
        features.json; `features.FeatureSet.from_dict` turns it into the feature set.
    model
        Matrix -> readiness and contributions.
    policy
        The policy as it was trained, under the settings of then.
    limits
        Beyond which the model is not asked.
    meta
        bundle.json without the checksums: format_version, libraries and what training gave.
    card
        The model card, Markdown.
    reference
        reference.json: how the leads before the gate looked in training, in counts of bins; empty
        where training did not say.
    digest
        sha256 of bundle.json, which holds those of every other file.
    path
        Where it was read from.
    """

    features: dict[str, Any]
    model: Model
    policy: Policy
    limits: Limits
    meta: dict[str, Any]
    card: str
    reference: dict[str, Any]
    digest: str
    path: Path


def write_bundle(
    path: str | Path,
    *,
    features: Mapping[str, Any],
    model: Model,
    policy: Policy,
    meta: Mapping[str, Any],
    card: str,
    low: ArrayLike,
    high: ArrayLike,
    limits: Limits | None = None,
    reference: Mapping[str, Any] | None = None,
) -> Path:
    """Write a model directory; it appears whole or not at all.

    Parameters
    ----------
    path
        The directory; it must not exist yet, or be empty.
    features
        `FeatureSet.to_dict()`.
    model, policy
        What the directory is for.
    meta
        JSON values for bundle.json: horizon_days, created, data_from, data_until, export, verdict,
        metrics and whatever else training has to say.
    card
        Markdown.
    low, high
        The range of each column of the matrix in training, shape (n_features,): the golden rows
        are drawn within.
    limits, reference
        Beyond which the model is not asked; how leads looked in training.

    Returns
    -------
    Path
        The directory.

    Raises
    ------
    BundleError
        If the directory cannot be written or is not empty.
    """
    path = Path(path)
    parts = {FEATURES: dict(features), POLICY: policy.to_dict(), REFERENCE: dict(reference or {})}
    parts |= {LIMITS: (limits or Limits()).to_dict(), GOLDEN: golden_rows(model, low, high)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        try:
            _fill(folder, parts, model, meta, card)
            folder.replace(path)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise BundleError(
            f"{path}: cannot be written ({error.strerror}).",
            hint="A bundle goes into a directory that does not exist yet.",
        ) from None
    return path


def copy_bundle(
    source: Bundle,
    path: Path,
    *,
    files: Mapping[str, Mapping[str, Any]],
    meta: Mapping[str, Any],
    card: str,
) -> Path:
    """Write a copy of a model directory in which some files and entries differ.

    Parameters
    ----------
    path
        The directory; it must not exist yet.
    files
        JSON values by the name of the file that they replace.
    meta
        Entries of bundle.json that are replaced or added.
    card
        Markdown.
    """
    shutil.copytree(source.path, path)
    for name, values in files.items():
        write_json(path / name, values)
    (path / CARD).write_text(card, encoding="utf-8", newline="\n")
    names = read_json(path / MANIFEST)["sha256"]
    sums = {name: _sha256(path / name) for name in names}
    write_json(path / MANIFEST, {**source.meta, **meta, "sha256": sums})
    return path


def _fill(
    folder: Path, parts: Mapping[str, Any], model: Model, meta: Mapping[str, Any], card: str
) -> None:
    for name, values in parts.items():
        write_json(folder / name, values)
    (folder / CARD).write_text(card, encoding="utf-8", newline="\n")
    names = [*parts, CARD, *model.to_files(folder)]
    facts = {"format_version": FORMAT_VERSION, "libraries": _libraries()}
    sums = {name: _sha256(folder / name) for name in names}
    write_json(folder / MANIFEST, {**meta, **facts, "sha256": sums})
    # A temporary directory is its owner's alone; the service may run as somebody else.
    folder.chmod(0o755)


def load_bundle(path: str | Path, *, threads: int = 1) -> Bundle:
    """Read a model directory and check it: format, checksums, golden rows.

    Parameters
    ----------
    path
        The directory.
    threads
        Threads of one prediction.

    Raises
    ------
    BundleError
        Naming the file that is missing, changed or unreadable.
    """
    path = Path(path)
    if not (path / MANIFEST).is_file():
        fault = f"it has no {MANIFEST}" if path.is_dir() else "there is no such directory"
        raise BundleError(
            f"{path}: not a model directory: {fault}.",
            hint="Give a directory that leadgate train wrote, or a version or alias.",
        )
    manifest = read_json(path / MANIFEST)
    _check_format(path, manifest)
    _check_sums(path, manifest)
    model = Model.from_files(path, threads=threads)
    check_golden(path / GOLDEN, model)
    return Bundle(
        features=read_json(path / FEATURES),
        model=model,
        policy=_part(path / POLICY, Policy.from_dict),
        limits=_part(path / LIMITS, Limits.from_dict),
        meta={k: v for k, v in manifest.items() if k != "sha256"},
        card=(path / CARD).read_text(encoding="utf-8"),
        reference=read_json(path / REFERENCE),
        digest=_sha256(path / MANIFEST),
        path=path,
    )


def _libraries() -> dict[str, str]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": python, **{name: version(name) for name in _LIBRARIES}}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_format(path: Path, manifest: Mapping[str, Any]) -> None:
    version_read = manifest.get("format_version")
    if version_read != FORMAT_VERSION:
        raise BundleError(
            f"{path / MANIFEST}: format version {version_read!r}, and this leadgate reads "
            f"{FORMAT_VERSION}.",
            hint="Train the model again, or install the leadgate that wrote it.",
        )


def _check_sums(path: Path, manifest: Mapping[str, Any]) -> None:
    sums = manifest.get("sha256")
    if not isinstance(sums, dict):
        raise BundleError(f"{path / MANIFEST}: lists no checksums of the files of a bundle.")
    unknown = {FEATURES, POLICY, LIMITS, GOLDEN, CARD, REFERENCE} - sums.keys()
    if unknown:
        raise BundleError(
            f"{path / MANIFEST}: lists no {', '.join(sorted(unknown))}, which this leadgate needs.",
            hint="It was written by another version: train the model again with this one.",
        )
    faults = [
        fault for name, digest in sorted(sums.items()) if (fault := _fault(path, name, digest))
    ]
    unlisted = {p.name for p in path.glob("booster_*.txt")} - sums.keys()
    faults += [f"{name} is not listed in {MANIFEST}" for name in sorted(unlisted)]
    if faults:
        raise BundleError(
            f"{path}: {'; '.join(faults)}.", hint="Fetch the version again from the registry."
        )


def _fault(path: Path, name: str, digest: object) -> str:
    if not re.fullmatch(r"[\w.-]+", name):
        return f"{name!r} is not the name of a file of a bundle"
    try:
        return "" if _sha256(path / name) == digest else f"{name} was changed after it was written"
    except FileNotFoundError:
        return f"{name} is missing"
    except OSError as error:
        return f"{name} cannot be read ({error.strerror})"


def _part(path: Path, from_dict: Callable[[Mapping[str, Any]], Part]) -> Part:
    values = read_json(path)
    try:
        return from_dict(values)
    except ValueError:
        raise BundleError(f"{path}: not the {path.stem} that its name says.") from None
