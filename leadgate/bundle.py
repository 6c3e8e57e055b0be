"""The model bundle: a directory of text and JSON with checksums, and nothing of a real lead."""

from __future__ import annotations

import hashlib
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leadgate.errors import BundleError
from leadgate.model import Model
from leadgate.model.jsonfile import read_json, write_json
from leadgate.policy import Policy

FORMAT_VERSION = 1
MANIFEST, FEATURES, POLICY, GOLDEN, CARD = (
    "bundle.json",
    "features.json",
    "policy.json",
    "golden.json",
    "card.md",
)

_GOLDEN_ROWS = 16
_GOLDEN_MISSING = 0.15
_GOLDEN_TOLERANCE = 1e-9
_LIBRARIES = ("lightgbm", "numpy", "pandas")


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
    meta
        bundle.json without the checksums: format_version, libraries and what training gave.
    card
        The model card, Markdown.
    digest
        sha256 of bundle.json, which holds those of every other file.
    path
        Where it was read from.
    """

    features: dict[str, Any]
    model: Model
    policy: Policy
    meta: dict[str, Any]
    card: str
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
        The model card, Markdown.
    low, high
        The range of each column of the matrix in training, shape (n_features,): the golden rows
        are drawn within.

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
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
    except OSError as error:
        raise BundleError(f"{path}: cannot be written ({error.strerror}).") from None
    try:
        write_json(folder / FEATURES, dict(features))
        write_json(folder / POLICY, policy.to_dict())
        write_json(folder / GOLDEN, _golden(model, low, high))
        (folder / CARD).write_text(card, encoding="utf-8", newline="\n")
        names = [FEATURES, POLICY, GOLDEN, CARD, *model.to_files(folder)]
        facts = {"format_version": FORMAT_VERSION, "libraries": _libraries()}
        sums = {name: _sha256(folder / name) for name in names}
        write_json(folder / MANIFEST, {**meta, **facts, "sha256": sums})
        folder.chmod(0o755)
        folder.replace(path)
    except OSError as error:
        raise BundleError(
            f"{path}: cannot be written ({error.strerror}).",
            hint="A bundle goes into a directory that does not exist yet.",
        ) from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return path


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
        raise BundleError(
            f"{path}: not a model directory: it has no {MANIFEST}.",
            hint="Give a directory that leadgate train wrote, or a version or alias.",
        )
    manifest = read_json(path / MANIFEST)
    _check_format(path, manifest)
    _check_sums(path, manifest)
    model = Model.from_files(path, threads=threads)
    _check_golden(path, model)
    return Bundle(
        features=read_json(path / FEATURES),
        model=model,
        policy=_policy(path / POLICY),
        meta={k: v for k, v in manifest.items() if k != "sha256"},
        card=(path / CARD).read_text(encoding="utf-8"),
        digest=_sha256(path / MANIFEST),
        path=path,
    )


def _libraries() -> dict[str, str]:
    python = ".".join(str(part) for part in sys.version_info[:3])
    return {"python": python, **{name: version(name) for name in _LIBRARIES}}


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _check_format(path: Path, manifest: Mapping[str, Any]) -> None:
    found = manifest.get("format_version")
    if found != FORMAT_VERSION:
        raise BundleError(
            f"{path / MANIFEST}: format version {found!r}, and this leadgate reads "
            f"{FORMAT_VERSION}.",
            hint="Train the model again, or install the leadgate that wrote it.",
        )


def _check_sums(path: Path, manifest: Mapping[str, Any]) -> None:
    sums = manifest.get("sha256")
    if not isinstance(sums, dict) or not {FEATURES, POLICY, GOLDEN, CARD} <= sums.keys():
        raise BundleError(f"{path / MANIFEST}: lists no checksums for the files of a bundle.")
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


def _policy(path: Path) -> Policy:
    values = read_json(path)
    try:
        return Policy.from_dict(values)
    except (KeyError, TypeError, ValueError):
        raise BundleError(f"{path}: not the policy that its name says.") from None


def _golden(model: Model, low: ArrayLike, high: ArrayLike) -> dict[str, Any]:
    """Return synthetic rows and their readiness; whole numbers where the range has such ends."""
    low, high = (np.nan_to_num(np.asarray(end, dtype=np.float64)) for end in (low, high))
    rng = np.random.default_rng(0)
    rows = rng.uniform(low, high, (_GOLDEN_ROWS, low.size))
    whole = (low == np.round(low)) & (high == np.round(high))
    rows = np.where(whole, np.round(rows), rows)
    rows[rng.random(rows.shape) < _GOLDEN_MISSING] = np.nan
    listed = [[None if np.isnan(v) else v for v in row] for row in rows.tolist()]
    return {"rows": listed, "readiness": model.readiness(rows).tolist()}


def _check_golden(path: Path, model: Model) -> None:
    values = read_json(path / GOLDEN)
    try:
        rows: NDArray[np.float64] = np.array(values["rows"], dtype=np.float64)
        expected = np.array(values["readiness"], dtype=np.float64)
        found = model.readiness(rows)
        same = np.allclose(found, expected, rtol=_GOLDEN_TOLERANCE, atol=0.0)
    except (KeyError, TypeError, ValueError, IndexError):
        raise BundleError(f"{path / GOLDEN}: not the golden rows of this model.") from None
    if not same:
        raise BundleError(
            f"{path / GOLDEN}: this machine does not reproduce the scores of the golden rows.",
            hint="Install the library versions that bundle.json lists, or train the model again.",
        )
