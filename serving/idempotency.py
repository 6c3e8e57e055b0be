"""What a caller names a call by, so that it is done once, however often it is sent."""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from typing import Generic, NamedTuple, TypeVar

from serving.problems import HttpError

LONGEST_KEY = 255
_SEPARATOR = "\x1f"

T = TypeVar("T")


class CallKey(NamedTuple):
    """A key of one caller, and what was asked under it; false where there is none.

    Attributes
    ----------
    digest
        Of caller, address and key: two callers never share one.
    fingerprint
        Of the body.
    plain
        The key as it was sent, under which the last release kept decisions.
    """

    digest: str = ""
    fingerprint: str = ""
    plain: str = ""

    def __bool__(self) -> bool:
        return bool(self.digest)

    @classmethod
    def of(cls, caller: str, key: str, address: str, body: object) -> CallKey:
        """Return the key of a call.

        Parameters
        ----------
        caller
            The name of its API key.
        key
            Its Idempotency-Key; "" for none.
        address
            As documented.
        body
            JSON values: spaces and the order of names make no other call.

        Raises
        ------
        HttpError
            400: a key of more than 255 characters, or with some that cannot be printed.
        """
        if not key:
            return NO_KEY
        if len(key) > LONGEST_KEY or not key.isprintable():
            detail = f"Idempotency-Key is printable text of up to {LONGEST_KEY} characters."
            raise HttpError(400, "bad_idempotency_key", detail)
        return cls(_digest(caller, address, key), _of(body), key)

    def item(self, place: int, body: object) -> CallKey:
        """Return the key of one item of a list that was sent under this one."""
        if not self:
            return self
        return CallKey(_digest(self.digest, str(place)), _of(body), f"{self.plain}.{place}")

    def check(self, fingerprint: str | None) -> None:
        """Check that what was asked under this key before is what is asked now.

        Raises
        ------
        HttpError
            422 ``idempotency_key_reused``.
        """
        if fingerprint != self.fingerprint:
            raise reused()


NO_KEY = CallKey()


def reused() -> HttpError:
    """Return the answer to another call under a key that was used."""
    detail = "This Idempotency-Key was used for another call; send each with a key of its own."
    return HttpError(422, "idempotency_key_reused", detail)


class RepeatedCall(Exception):
    """A call was made before; `results` as they were kept, JSON."""

    def __init__(self, results: str) -> None:
        super().__init__("The call was made before.")
        self.results = results


class Once(NamedTuple):
    """A call about many leads that is made once.

    Attributes
    ----------
    results
        Returns what is kept of it (JSON), from which of its items are new.
    """

    key: CallKey
    results: Callable[[list[bool]], str]


class RecentCalls(Generic[T]):
    """What was answered to the newest calls with keys, in this process only: some 10 MB."""

    def __init__(self, most: int = 10_000) -> None:
        self._most = most
        self._answered: OrderedDict[str, tuple[str, T]] = OrderedDict()

    def get(self, key: CallKey) -> T | None:
        """Return what was answered to a call; None for nothing.

        Raises
        ------
        HttpError
            422: the key was used for another one.
        """
        if key.digest not in self._answered:
            return None
        fingerprint, answer = self._answered[key.digest]
        key.check(fingerprint)
        return answer

    def put(self, key: CallKey, answer: T) -> None:
        """Remember an answer."""
        if key:
            self._answered[key.digest] = (key.fingerprint, answer)
            if len(self._answered) > self._most:
                self._answered.popitem(last=False)

    def clear(self) -> None:
        """Forget all."""
        self._answered.clear()


def _of(body: object) -> str:
    return _digest(json.dumps(body, sort_keys=True))


def _digest(*parts: str) -> str:
    content = _SEPARATOR.join(parts).encode(errors="surrogatepass")
    return blake2b(content, digest_size=16).hexdigest()
