"""What there is to look at: the model, the export of today and the store."""

from __future__ import annotations

from dataclasses import dataclass

from features.stored_tables import StoredTables
from features.tables import Tables, load_tables
from leadgate.bundle.bundle import Bundle, load_bundle
from leadgate.config import Config
from leadgate.errors import StoreError
from leadgate.registry.registry import resolve
from serving.store import Store, read_tables

NO_STORE = "no_store"


@dataclass(frozen=True)
class Evidence:
    """A model and everything that is known by now; `stored` is None where nothing was served."""

    bundle: Bundle
    version: str
    tables: Tables
    stored: StoredTables | None


def read(config: Config, model: str) -> Evidence:
    """Read a model, the export and the store of a configuration.

    Raises
    ------
    DataError, RegistryError, BundleError
        As `features.tables.load_tables` and `leadgate.registry.registry.resolve`.
    StoreError
        If there is a store and it cannot be read.
    """
    resolved = resolve(config.tracking, config.folder, model)
    stored = None
    try:
        stored = read_tables(Store(config.store_url))
    except StoreError as error:
        if error.code != NO_STORE:
            raise
    return Evidence(load_bundle(resolved.path), resolved.version, load_tables(config), stored)
