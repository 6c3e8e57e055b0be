"""What a service process serves, by its environment and the configuration."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from features.schema.canonical import CLOSED, OPEN
from leadgate.config import FILE_NAME, Config, Serving, Tracking, nearest
from leadgate.errors import ConfigError
from leadgate.registry.registry import CHAMPION
from serving.auth.api_keys import Keys
from serving.auth.hubspot import Verifier
from serving.auth.rate_limit import RateLimit
from serving.auth.signatures import Signatures
from serving.decisions.erasure import forget_rows, spool_folder
from serving.models.source import ModelSource
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.store import Store

WON, LOST = CLOSED
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
        path = environment.get(CONFIG) or nearest(folder)
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

    @property
    def serving(self) -> Serving:
        """How the endpoint is run."""
        return self.config.serving if self.config else Serving()

    def source(self, model: str | None = None) -> ModelSource:
        """Return where a model comes from; left out: the one that answers."""
        policy = self.config.policy if self.config else None
        return ModelSource(self.tracking, self.folder, model or self.model, policy)

    def availability(self) -> Availability | None:
        """Return where decisions are kept; None without a configuration, which names the store.

        Raises
        ------
        ConfigError, StoreError
            If the store that it names can never be used.
        """
        if self.config is None:
            return None
        store = Store(
            self.config.store_url,
            idempotency_hours=self.serving.idempotency_hours,
            connections=self.serving.connections,
            timezone=self.config.policy.timezone,
        )
        spool = Spool(spool_folder(self.folder))
        share, forget = self.serving.replica_share, partial(forget_rows, self.folder)
        return Availability(store, spool, share=share, forget=forget)

    def outcome_words(self) -> dict[str, str]:
        """Return the outcome that each word of the configuration means, folded.

        Where every lead that is not won is lost (`columns.lost`), only the words of wins are known.
        """
        if self.config is None:
            return {}
        columns = self.config.columns
        lost = columns.lost if isinstance(columns.lost, list) else []
        meant = {WON: columns.won, LOST: lost, OPEN: columns.unworked}
        return {word: outcome for outcome, words in meant.items() for word in words}

    def limit(self) -> RateLimit | None:
        """Return how often a caller may ask, or None for as often as it likes."""
        rate = self.serving.requests_per_second
        return RateLimit(rate) if rate else None

    def hubspot(
        self,
        availability: Availability | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> Verifier | None:
        """Return what verifies HubSpot's signatures, or None where none are configured.

        Raises
        ------
        ConfigError
            If the environment variable with the secret is not set.
        """
        variable, url = self.serving.hubspot_secret_variable, self.serving.public_url
        if not variable or not url:
            return None
        if not environment.get(variable):
            fault = f"serving.hubspot_secret_variable: {variable} is not set"
            raise ConfigError(str(self.folder / FILE_NAME), [fault])
        seen = Signatures(self.folder / ".leadgate" / "hubspot", availability)
        return Verifier(environment[variable], url, seen)
