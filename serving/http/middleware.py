"""The middleware that every request passes: id, key, body, problem details, log.

Pure ASGI, so that it costs little and also covers what BentoML answers itself.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving import draining, metrics, timeouts
from serving.auth.access import READ, Access
from serving.http import framing, limits
from serving.problems import MEDIA_TYPE, http_error

TRACE = "leadgate.trace"
# What asks for the same request once more.
LATER = frozenset({408, 429, 503})

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_JSON = {"Content-Type": "application/json"}
access_log = logging.getLogger("leadgate.access")
error_log = logging.getLogger("leadgate.error")


@dataclass(slots=True)
class Trace:
    """What is noted of a request, in its scope under `TRACE`.

    Attributes
    ----------
    address
        As documented.
    query
        As sent.
    caller
        The name of the key that it came with, which gives none away; "" for none.
    scopes
        What that key is good for.
    charge
        Counts further leads of the request against what the caller may ask.
    """

    request_id: str
    address: str
    query: bytes = b""
    status: int = 0
    code: str = "-"
    caller: str = ""
    scopes: frozenset[str] = frozenset()
    charge: Callable[[int], None] = field(default=lambda leads: None)


# Headers, body and trace -> the answer.
Direct = Callable[[Mapping[bytes, bytes], bytes, Trace], Awaitable[str]]


class RequestMiddleware:
    """Check each request, let it through, and turn whatever goes wrong into problem details.

    Logged are method, documented path, status, code, milliseconds and request id. Never a body, a
    query, a path as sent or the text of an exception: all of them can hold a lead's values.

    Parameters
    ----------
    app
        What lies behind.
    access
        Who may ask what.
    ready
        Returns what ``/readyz`` adds to yes, or raises why it has to say no.
    direct
        Calls by method and address that are answered from here, with a JSON text: a fifth of the
        time of a score goes into the layers behind.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        ready: Callable[[], Mapping[str, str]],
        direct: Mapping[tuple[str, str], Direct] | None = None,
    ) -> None:
        self.app = app
        self.access = access
        self.ready = ready
        self.direct = direct or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = time.perf_counter()
        spent = False
        headers = dict(scope["headers"])
        address = self.access.address(scope["path"])
        trace = scope[TRACE] = Trace(_request_id(headers), address, scope["query_string"])

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                trace.status = message["status"]
                own = [(b"x-request-id", trace.request_id.encode())]
                if draining.begun():
                    # Who keeps a connection would send the next request to nobody.
                    own.append((b"connection", b"close"))
                message = {**message, "headers": [*message.get("headers", ()), *own]}
            await send(message)

        try:
            framing.check(scope)
            # Only the scope's path is what the router sees; a URL of headers can be forged.
            caller = self.access.check(scope["method"], address, headers)
            trace.caller, trace.scopes = caller.name, caller.scopes
            trace.charge = partial(self.access.charge, caller)
            content = b""
            if scope["method"] in limits.METHODS:
                most = limits.longest(address)
                limits.check_headers(headers, most)
                content = await limits.read(receive, most)
                receive = limits.replay(content)
            spent = await self.access.verify(scope, headers, content)
            if address == "/readyz" and scope["method"] in READ:
                content = json.dumps({"status": "ready", **self.ready()}).encode()
                await _respond(traced, 200, _JSON, content)
            elif direct := self.direct.get((scope["method"], address)):
                async with asyncio.timeout(timeouts.ANSWER):
                    text = await direct(headers, content, trace)
                await _respond(traced, 200, _JSON, text.encode())
            else:
                async with asyncio.timeout(timeouts.ANSWER):
                    await self.app(scope, receive, traced)
        except limits.DisconnectError:
            trace.status = 499
        except Exception as error:
            await _fail(error, trace, traced)
        if spent and trace.status in LATER:
            # Whoever signed it is asked to send it again.
            await self.access.release(headers)
        _log(scope["method"], trace, time.perf_counter() - started)


def log_defect(error: Exception, request_id: str) -> None:
    """Log where an exception came from, without its text and without any value."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    where = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
    error_log.error("%s at %s (%s)", type(error).__name__, where, request_id)


async def _fail(error: Exception, trace: Trace, send: Send) -> None:
    problem = http_error(error)
    if problem.status == 500:
        log_defect(error, trace.request_id)
    if trace.status:
        return
    trace.code = problem.code
    head = {"Content-Type": MEDIA_TYPE, **problem.headers}
    await _respond(send, problem.status, head, problem.body(trace.request_id))


async def _respond(send: Send, status: int, head: Mapping[str, str], content: bytes) -> None:
    head = {**head, "Content-Length": str(len(content))}
    headers = [(name.lower().encode(), value.encode()) for name, value in head.items()]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})


def _log(method: str, trace: Trace, seconds: float) -> None:
    metrics.count(trace.address, trace.status, seconds)
    access_log.info(
        "%s %s %d %s %.1f ms %s %s",
        framing.shown(method),
        trace.address,
        trace.status,
        trace.code,
        seconds * 1e3,
        trace.request_id,
        trace.caller or "-",
    )


def _request_id(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _SANE_ID.fullmatch(given) else secrets.token_hex(12)
