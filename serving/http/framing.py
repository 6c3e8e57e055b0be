"""The head of a request: what two readers could read in two ways is refused.

A proxy in front and the server behind it have to see the same request in the same bytes: otherwise
one of them lets through what the other one refuses (RFC 9112, 6.1 and 11.2).
"""

from __future__ import annotations

from starlette.types import Scope

from serving.problems import HttpError

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# What is logged of any other.
ODD = "OTHER"
# Behind these the path holds a lead's id, which may need escapes.
_WITH_AN_ID = (b"/v1/leads/",)
# Two of one would be read as the first by one reader and as the last by another.
_ALONE = frozenset(
    {
        b"x-api-key",
        b"content-type",
        b"content-encoding",
        b"content-length",
        b"transfer-encoding",
        b"idempotency-key",
        b"x-hubspot-signature-v3",
        b"x-hubspot-request-timestamp",
    }
)
_CLOSE = {"Connection": "close"}
# Bytes: of path and query, and of all headers.
_LONGEST_TARGET, _LONGEST_HEAD = 8 * 1024, 32 * 1024


def check(scope: Scope) -> None:
    """Check the head of a request.

    Raises
    ------
    HttpError
        400 ``bad_framing``: two lengths; 400 ``repeated_header``; 404 ``not_found``: an address
        with escapes, or of another host; 405: a method that HTTP does not know; 414 or 431: too
        long.
    """
    names = [name for name, _ in scope["headers"]]
    if b"transfer-encoding" in names and (
        b"content-length" in names or scope.get("http_version") == "1.0"
    ):
        detail = "Send Content-Length or, in HTTP/1.1, Transfer-Encoding; not both."
        raise HttpError(400, "bad_framing", detail, headers=_CLOSE)
    if len(names) != len(set(names)):
        repeated = sorted(name for name in _ALONE if names.count(name) > 1)
        if repeated:
            detail = f"The header {repeated[0].decode()} is there more than once."
            raise HttpError(400, "repeated_header", detail, headers=_CLOSE)
    _check_length(scope)
    if scope["method"] not in METHODS:
        detail = "This is no method of HTTP that any address takes."
        raise HttpError(405, "method_not_allowed", detail, headers={"Allow": "GET, POST, DELETE"})
    raw: bytes = scope.get("raw_path") or b""
    escaped = b"%" in raw and not raw.startswith(_WITH_AN_ID)
    if escaped or not scope["path"].startswith("/"):
        detail = "There is nothing at this address: send the plain path, without host and escapes."
        raise HttpError(404, "not_found", detail)


def _check_length(scope: Scope) -> None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > _LONGEST_TARGET:
        detail = f"An address has up to {_LONGEST_TARGET} bytes."
        raise HttpError(414, "long_address", detail, headers=_CLOSE)
    if sum(len(name) + len(value) for name, value in scope["headers"]) > _LONGEST_HEAD:
        detail = f"The headers have up to {_LONGEST_HEAD} bytes."
        raise HttpError(431, "long_head", detail, headers=_CLOSE)


def shown(method: str) -> str:
    """Return a method as the log names it."""
    return method if method in METHODS else ODD
