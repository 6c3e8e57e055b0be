"""Where a worker's model comes from: a version of the registry, followed by alias, or a folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path

from leadgate.config import PolicySettings, Tracking
from leadgate.registry.registry import (
    CHALLENGER,
    CHAMPION,
    PREVIOUS,
    Registry,
    Resolved,
    directory,
    open_registry,
)
from leadgate.registry.standing import standing
from serving.scoring.scorer import Scorer

ALIASES = frozenset({CHAMPION, CHALLENGER, PREVIOUS})


@dataclass
class ModelSource:
    """The model that a name stands for now.

    Attributes
    ----------
    tracking, folder
        Where versions are kept; the folder of the configuration.
    model
        An alias, which is followed; a version or a bundle directory, which is pinned.
    policy
        The configuration's policy; None keeps the bundle's.
    """

    tracking: Tracking
    folder: Path
    model: str
    policy: PolicySettings | None = None
    _registry: Registry | None = field(default=None, init=False)

    @property
    def follows(self) -> bool:
        """Whether the name may stand for another version later."""
        return self.model in ALIASES and directory(self.model) is None

    def resolve(self, last: Resolved | None = None) -> Resolved:
        """Return the bundle that the name stands for.

        Parameters
        ----------
        last
            What it stood for last; its files are not asked for again.

        Raises
        ------
        ModelError
            If there is none, or the registry cannot be reached.
        """
        folder = directory(self.model)
        if folder:
            return folder
        registry, self._registry = self._registry, None
        registry = registry or open_registry(self.tracking, self.folder, self.model)
        version = registry.version(self.model)
        if last is None or version != last.version:
            last = Resolved(registry.bundle(version), version, self._warning(registry))
        # Kept only once it has answered: after a failure the next look connects anew.
        self._registry = registry
        return last

    def _warning(self, registry: Registry) -> str:
        """Say where the champion was moved past the gate."""
        now = standing(registry) if self.model == CHAMPION else None
        return "" if now is None else now.warning

    def load(self, resolved: Resolved) -> Scorer:
        """Load a bundle, which checks its checksums and golden rows.

        Raises
        ------
        BundleError
            Naming the file that is missing, changed or unreadable.
        """
        return Scorer.load(resolved.path, version=resolved.version, policy=self.policy)

    def remember(self, resolved: Resolved) -> None:
        """Write down what answers, for a start while the registry is away."""
        path = self._memory
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_suffix(f".{resolved.version}.tmp")
        last = {"path": str(resolved.path.resolve()), "version": resolved.version}
        scratch.write_text(json.dumps(last))
        scratch.replace(path)

    def remembered(self) -> Resolved | None:
        """Return what answered last, or None."""
        try:
            last = json.loads(self._memory.read_text())
            return Resolved(Path(last["path"]), last["version"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @property
    def _memory(self) -> Path:
        name = hashlib.sha256(f"{self.tracking.uri} {self.tracking.model}".encode()).hexdigest()
        return self.folder / ".leadgate" / "serving" / f"{self.model}-{name[:16]}.json"
