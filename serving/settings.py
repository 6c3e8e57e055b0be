"""How a service process is told what to serve: by its environment and the configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from leadgate.config import FILE_NAME, Config, Tracking
from leadgate.registry import CHAMPION, resolve
from serving.scorer import Scorer
from serving.security import Keys

CONFIG, MODEL, API_KEYS = "LEADGATE_CONFIG", "LEADGATE_MODEL", "LEADGATE_API_KEYS"


@dataclass(frozen=True)
class Settings:
    """What one service process serves, and to whom.

    Attributes
    ----------
    config
        The configuration; None where there is none, which a bundle directory does not need.
    folder
        Where relative paths start.
    model
        champion, challenger, a version or a bundle directory.
    keys
        The accepted API keys.
    """

    config: Config | None
    folder: Path
    model: str
    keys: Keys

    @classmethod
    def read(
        cls, environment: Mapping[str, str] = os.environ, folder: Path | None = None
    ) -> Settings:
        """Read the environment, and the configuration that it names or the nearest one.

        Parameters
        ----------
        environment
            ``LEADGATE_CONFIG``, ``LEADGATE_MODEL`` and ``LEADGATE_API_KEYS``.
        folder
            Where to look upward for ``leadgate.toml``; left out: the working directory.

        Raises
        ------
        ConfigError
            If the configuration is missing though named, or faulty.
        """
        folder = folder or Path.cwd()
        path = environment.get(CONFIG) or _nearest(folder)
        config = Config.load(path) if path else None
        hashes = config.serving.key_hashes if config else []
        return cls(
            config,
            config.folder if config else folder,
            environment.get(MODEL) or CHAMPION,
            Keys(environment.get(API_KEYS, ""), hashes),
        )

    @property
    def tracking(self) -> Tracking:
        """Where versions are kept."""
        return self.config.tracking if self.config else Tracking()

    def load(self) -> Scorer:
        """Find the model and load it.

        Raises
        ------
        ModelError
            If there is none, the registry cannot be reached, or the bundle is damaged.
        """
        found = resolve(self.tracking, self.folder, self.model)
        policy = self.config.policy if self.config else None
        return Scorer.load(found.path, version=found.version, policy=policy)


def _nearest(folder: Path) -> Path | None:
    paths = (parent / FILE_NAME for parent in (folder, *folder.parents))
    return next((path for path in paths if path.is_file()), None)
