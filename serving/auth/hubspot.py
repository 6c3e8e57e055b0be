"""HubSpot's signatures, version 3: who sent a request, when, and that it is not sent again.

References
----------
https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

from starlette.types import Scope

from serving.auth.api_keys import SCORE, WRITE, Caller
from serving.problems import HttpError

SIGNATURE = b"x-hubspot-signature-v3"
TIMESTAMP = b"x-hubspot-request-timestamp"
MAX_AGE_SECONDS = 300.0

# What HubSpot decodes in an address before it signs it; everything else stays as it was sent.
_DECODED = {f"%{ord(sign):02X}": sign for sign in ":/?@!$'()*,;"}


class Verifier:
    """Verifies that HubSpot signed a request with the secret of one app.

    Parameters
    ----------
    secret
        The client secret of the app.
    public_url
        What HubSpot calls, up to the path: behind a proxy this is not what arrives here.
    seen
        A folder that remembers the signatures of the last minutes, for all workers.
    clock
        Seconds since the epoch.
    """

    caller = Caller("hubspot", frozenset({SCORE, WRITE}))

    def __init__(
        self, secret: str, public_url: str, seen: Path, clock: Callable[[], float] = time.time
    ) -> None:
        self._secret = secret.encode()
        self._public_url = public_url.rstrip("/")
        self._seen = seen
        self._clock = clock
        self._tidied = 0.0

    def verify(self, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> None:
        """Check the signature of a request.

        Raises
        ------
        HttpError
            401, with the code bad_signature, old_signature or repeated_signature.
        """
        stamp, given = headers.get(TIMESTAMP, b""), headers.get(SIGNATURE, b"")
        # 13 digits are milliseconds until the year 2286; more would only cost time.
        if not (stamp.isdigit() and len(stamp) <= 13):
            raise _refused("bad_signature", "X-HubSpot-Request-Timestamp is no time in ms.")
        expected = self.sign(scope["method"], _target(scope), body, stamp)
        if not hmac.compare_digest(expected, given):
            raise _refused("bad_signature", "The signature does not fit the request.")
        if abs(self._clock() - int(stamp) / 1e3) > MAX_AGE_SECONDS:
            raise _refused("old_signature", "The signature is not of the last five minutes.")
        if not self._first_time(expected):
            raise _refused("repeated_signature", "This signed request has been here before.")

    def sign(self, method: str, target: str, body: bytes, stamp: bytes) -> bytes:
        """Return the signature of a request.

        Parameters
        ----------
        method, target, body
            The request; `target` is path and query.
        stamp
            Milliseconds since the epoch, in digits.
        """
        address = self._public_url + target
        for code, sign in _DECODED.items():
            address = address.replace(code, sign).replace(code.lower(), sign)
        content = method.encode() + address.encode() + body + stamp
        return base64.b64encode(hmac.digest(self._secret, content, hashlib.sha256))

    def _first_time(self, signature: bytes) -> bool:
        """Remember a signature; False where any worker has seen it already."""
        if time.time() - self._tidied > MAX_AGE_SECONDS:
            self._tidy()
        try:
            (self._seen / hashlib.sha256(signature).hexdigest()).open("x").close()
        except FileExistsError:
            return False
        return True

    def _tidy(self) -> None:
        self._tidied = time.time()
        self._seen.mkdir(parents=True, exist_ok=True)
        # Twice the age: a request may carry a time that is that much ahead of ours.
        before = self._tidied - 2 * MAX_AGE_SECONDS
        for path in self._seen.iterdir():
            # Another worker may have been quicker.
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before:
                    path.unlink()


def _target(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _refused(code: str, detail: str) -> HttpError:
    return HttpError(401, code, detail)
