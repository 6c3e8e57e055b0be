"""Erased leads, known by a salted hash only: an export does not bring them back."""

from __future__ import annotations

from collections.abc import Collection
from hashlib import sha256
from pathlib import Path

from features.io.databases import read_database
from leadgate.config import Config
from leadgate.database import Database

SALT = "salt"

_SQLITE = "sqlite:///"
_SALT_QUERY = f"SELECT value FROM settings WHERE name = '{SALT}'"  # noqa: S608
_WHERE = "serving.store"
# `read_database` is given the real one, with its password, beside the table.
_ANY_URL = "sqlite://"


def erased_digest(salt: str, lead_id: str) -> str:
    """Return what is kept of an erased lead."""
    return sha256(f"{salt}{lead_id}".encode(errors="surrogatepass")).hexdigest()


def erased_among(config: Config, lead_ids: Collection[str]) -> frozenset[str]:
    """Return those of some leads that were erased from the store of a configuration.

    Raises
    ------
    DataError
        If the store cannot be reached: whom to leave out is not known then.
    ConfigError
        If its URL names an environment variable that is not set.
    """
    url = config.store_url
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        return frozenset()
    salts = read_database(url, Database(url=_ANY_URL, query=_SALT_QUERY), where=_WHERE)
    if salts.empty:
        return frozenset()
    table = Database(url=_ANY_URL, table="erased")
    digests = frozenset(read_database(url, table, where=_WHERE)["digest"])
    salt = str(salts["value"].iloc[0])
    return frozenset(lead_id for lead_id in lead_ids if erased_digest(salt, lead_id) in digests)
