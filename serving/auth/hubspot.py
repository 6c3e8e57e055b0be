"""HubSpot's signatures, version 3: who sent a request, when, and that it is not sent again.

References
----------
https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import re
import time
from collections.abc import Callable, Mapping

from starlette.types import Scope

from serving.auth.api_keys import SCORE, WRITE, Caller
from serving.auth.signatures import Signatures
from serving.problems import HttpError

SIGNATURE = b"x-hubspot-signature-v3"
TIMESTAMP = b"x-hubspot-request-timestamp"
MAX_AGE_SECONDS = 300.0

# 32 bytes in base 64.
_SIGNATURE = re.compile(rb"[A-Za-z0-9+/]{43}=")

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
        The signatures of the last minutes.
    clock
        Seconds since the epoch.
    """

    caller = Caller("hubspot", frozenset({SCORE, WRITE}))

    def __init__(
        self, secret: str, public_url: str, seen: Signatures, clock: Callable[[], float] = time.time
    ) -> None:
        self._secret = secret.encode()
        self._public_url = public_url.rstrip("/")
        self._seen = seen
        self._clock = clock

    def check_head(self, headers: Mapping[bytes, bytes]) -> None:
        """Check what shows before the body is read: the form of a signature, and its age.

        Raises
        ------
        HttpError
            401, with the code bad_signature or old_signature.
        """
        # 13 digits are milliseconds until the year 2286; more would only cost time.
        stamp = headers.get(TIMESTAMP, b"")
        if not (stamp.isdigit() and len(stamp) <= 13):
            raise _refused("bad_signature", "X-HubSpot-Request-Timestamp is no time in ms.")
        if not _SIGNATURE.fullmatch(headers.get(SIGNATURE, b"")):
            raise _refused("bad_signature", "X-HubSpot-Signature-v3 is no signature.")
        if abs(self._clock() - int(stamp) / 1e3) > MAX_AGE_SECONDS:
            raise _refused("old_signature", "The signature is not of the last five minutes.")

    def verify(self, scope: Scope, headers: Mapping[bytes, bytes], body: bytes) -> None:
        """Check the signature of a request whose head was checked.

        Raises
        ------
        HttpError
            401 ``bad_signature``.
        """
        stamp, given = headers[TIMESTAMP], headers[SIGNATURE]
        expected = self.sign(scope["method"], _target(scope), body, stamp)
        if not hmac.compare_digest(expected, given):
            raise _refused("bad_signature", "The signature does not fit the request.")

    async def spend(self, headers: Mapping[bytes, bytes]) -> None:
        """Use up the signature of a request that was verified.

        Raises
        ------
        HttpError
            401 ``repeated_signature``.
        StoreBusyError
            If others hold the store that remembers it.
        """
        if not await asyncio.to_thread(self._seen.spend, headers[SIGNATURE]):
            raise _refused("repeated_signature", "This signed request has been here before.")

    async def release(self, headers: Mapping[bytes, bytes]) -> None:
        """Let the signature of a request be used once more."""
        await asyncio.to_thread(self._seen.release, headers[SIGNATURE])

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


def _target(scope: Scope) -> str:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    query: bytes = scope["query_string"]
    return (path + (b"?" + query if query else b"")).decode("latin-1")


def _refused(code: str, detail: str) -> HttpError:
    return HttpError(401, code, detail)
