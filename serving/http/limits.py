"""What a request's body may be: JSON, not too large, not too slow."""

from __future__ import annotations

import asyncio
import re

from starlette.types import Message, Receive

from serving import timeouts
from serving.problems import HttpError

MAX_BYTES = 1024 * 1024
# Of a list of leads with their activities.
MAX_LIST_BYTES = 4 * MAX_BYTES
LISTS = frozenset({"/v1/score/batch", "/v1/activities", "/v1/outcomes"})
METHODS = frozenset({"POST", "PUT", "PATCH"})

_JSON = re.compile(rb'application/json\s*(;\s*charset="?utf-8"?\s*)?', re.IGNORECASE)


class DisconnectError(Exception):
    """The client went away before its body was complete; nobody is left to answer."""


def longest(address: str) -> int:
    """Return how many bytes a body may have at an address."""
    return MAX_LIST_BYTES if address in LISTS else MAX_BYTES


def check_headers(headers: dict[bytes, bytes], most: int = MAX_BYTES) -> None:
    """Check what the head states of the body, before any of it is read.

    Raises
    ------
    HttpError
        413: longer than `most` bytes; 415: not ``application/json`` in UTF-8, or compressed.
    """
    if not _JSON.fullmatch(headers.get(b"content-type", b"").strip()):
        raise HttpError(415, "bad_content_type", "Send the header Content-Type: application/json.")
    if headers.get(b"content-encoding", b"identity").strip().lower() != b"identity":
        raise HttpError(415, "bad_content_encoding", "Send the body as it is, not compressed.")
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > most:
        raise _too_large(most)


async def read(receive: Receive, most: int = MAX_BYTES) -> bytes:
    """Read a body, with or without a length in its head.

    Raises
    ------
    HttpError
        413: longer than `most` bytes, the rest is not read; 408: not there in `timeouts.BODY`.
    DisconnectError
        If the client goes away.
    """
    chunks: list[bytes] = []
    size, more = 0, True
    try:
        async with asyncio.timeout(timeouts.BODY):
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise DisconnectError
                chunks.append(message.get("body", b""))
                size += len(chunks[-1])
                if size > most:
                    raise _too_large(most)
                more = message.get("more_body", False)
    except TimeoutError:
        detail = f"The body was not complete after {timeouts.BODY:.0f} seconds."
        raise HttpError(408, "slow_body", detail, headers={"Connection": "close"}) from None
    return b"".join(chunks)


def replay(body: bytes) -> Receive:
    """Return a channel that hands out a body that is already read."""
    messages: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        return messages.pop() if messages else {"type": "http.disconnect"}

    return receive


def _too_large(most: int) -> HttpError:
    detail = f"A body has up to {most} bytes here; send fewer leads at a time."
    return HttpError(413, "too_large", detail)
