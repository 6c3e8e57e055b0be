"""API keys: kept and compared as SHA-256, several at once so that they can be rotated."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterable

from leadgate.errors import ConfigError


def new_key() -> tuple[str, str]:
    """Make an API key.

    Returns
    -------
    key
        256 random bits, for the client.
    key_hash
        Its SHA-256 in hex, for ``serving.key_hashes``.
    """
    key = "lg_" + secrets.token_urlsafe(32)
    return key, hash_key(key)


def hash_key(key: str) -> str:
    """Return the SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


class Keys:
    """The keys that are accepted; without any, none is.

    Parameters
    ----------
    plain
        Keys separated by commas, as in ``LEADGATE_API_KEYS``.
    hashes
        SHA-256 of further keys, in hex.

    Raises
    ------
    ConfigError
        Naming every hash that is none.
    """

    def __init__(self, plain: str = "", hashes: Iterable[str] = ()) -> None:
        hashes = list(hashes)
        faults = [
            f"serving.key_hashes.{i}: not a SHA-256 in hex; leadgate key new prints one"
            for i, text in enumerate(hashes)
            if not _is_digest(text)
        ]
        if faults:
            raise ConfigError("leadgate.toml", faults)
        hashes += [hash_key(key.strip()) for key in plain.split(",") if key.strip()]
        self._digests = [bytes.fromhex(text) for text in hashes]

    def __len__(self) -> int:
        return len(self._digests)

    def accept(self, presented: bytes) -> bool:
        """Tell whether a presented key is one of them, in the same time for every wrong key."""
        digest = hashlib.sha256(presented).digest()
        # Every comparison is made: which one matched must not show in the time taken.
        return any([hmac.compare_digest(digest, known) for known in self._digests])


def is_loopback(host: str) -> bool:
    """Tell whether a host to bind to can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_digest(text: str) -> bool:
    try:
        return len(bytes.fromhex(text)) == hashlib.sha256().digest_size
    except ValueError:
        return False
