"""API keys: kept and compared as SHA-256, each with its scopes, several at once for rotation."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from leadgate.errors import ConfigError

SCORE, WRITE, FEEDBACK, ADMIN = SCOPES = ("score", "write", "feedback", "admin")
EVERYTHING = frozenset(SCOPES)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: a name that gives no key away, and what the key is good for."""

    name: str
    scopes: frozenset[str]


ANYONE = Caller("", frozenset())


def new_key(scopes: Iterable[str] = SCOPES) -> tuple[str, str]:
    """Make an API key.

    Parameters
    ----------
    scopes
        What it is good for: score, write, feedback, admin.

    Returns
    -------
    key
        256 random bits, for the client.
    entry
        Its SHA-256 in hex, after its scopes unless it has all, for ``serving.key_hashes``.
    """
    key = "lg_" + secrets.token_urlsafe(32)
    given = set(scopes)
    named = "+".join(scope for scope in SCOPES if scope in given)
    return key, hash_key(key) if given == EVERYTHING else f"{named}:{hash_key(key)}"


def hash_key(key: str) -> str:
    """Return the SHA-256 of a key, in hex."""
    return hashlib.sha256(key.encode()).hexdigest()


class Keys:
    """The keys that are accepted; without any, none is.

    Parameters
    ----------
    plain
        Keys separated by commas, as in ``LEADGATE_API_KEYS``; good for everything.
    hashes
        Further keys as ``serving.key_hashes`` holds them: the SHA-256 in hex, good for
        everything, or after scopes, ``score+write:`` and the SHA-256.

    Raises
    ------
    ConfigError
        Naming every entry that is none.
    """

    def __init__(self, plain: str = "", hashes: Iterable[str] = ()) -> None:
        read = [(_digest(text), _scopes(text)) for text in hashes]
        faults = [
            f"serving.key_hashes.{i}: not a SHA-256 in hex, with or without scopes before it "
            f"({', '.join(SCOPES)}); leadgate key new prints one"
            for i, (digest, scopes) in enumerate(read)
            if not digest or not scopes
        ]
        if faults:
            raise ConfigError("leadgate.toml", faults)
        own = [key.strip() for key in plain.split(",") if key.strip()]
        read += [(bytes.fromhex(hash_key(key)), EVERYTHING) for key in own]
        self._accepted = [(digest, Caller(digest.hex()[:8], scopes)) for digest, scopes in read]

    def __len__(self) -> int:
        return len(self._accepted)

    def accept(self, presented: bytes) -> Caller | None:
        """Return whose key was presented, in the same time for every wrong key; None for none."""
        digest = hashlib.sha256(presented).digest()
        # Every comparison is made: which one matched must not show in the time taken.
        callers = [who for key, who in self._accepted if hmac.compare_digest(digest, key)]
        return callers[0] if callers else None


def is_loopback(host: str) -> bool:
    """Return whether a host to bind to can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _digest(entry: str) -> bytes:
    try:
        digest = bytes.fromhex(entry.rpartition(":")[2])
    except ValueError:
        return b""
    return digest if len(digest) == hashlib.sha256().digest_size else b""


def _scopes(entry: str) -> frozenset[str]:
    named, colon, _ = entry.rpartition(":")
    given = frozenset(named.split("+")) if colon else EVERYTHING
    return given if given <= EVERYTHING else frozenset()
