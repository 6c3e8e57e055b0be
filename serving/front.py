"""What every request passes on its way in and out: id, key, body, problem details, log.

Pure ASGI, so that it costs little and also covers what BentoML answers itself.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
import traceback
from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leadgate.errors import ModelError
from serving import body, metrics
from serving.problems import MEDIA_TYPE, HttpError, http_error
from serving.security import Keys

PROBES = frozenset({"/livez", "/readyz", "/healthz"})
READ = frozenset({"GET", "HEAD"})
TRACE = "leadgate.trace"

_SANE_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

access_log = logging.getLogger("leadgate.access")
error_log = logging.getLogger("leadgate.error")


@dataclass(slots=True)
class Trace:
    """What is known of one request, in its scope under `TRACE`."""

    request_id: str
    status: int = 0
    code: str = "-"


class Front:
    """Check each request, let it through, and turn whatever goes wrong into problem details.

    Logged are method, documented path, status, code, milliseconds and request id. Never a body, a
    query, a path as sent or the text of an exception: all of them can hold a lead's values.

    Parameters
    ----------
    app
        What lies behind.
    keys
        Accepted in ``X-API-Key``, by all but the probes.
    paths
        The documented addresses, for log and metrics.
    refusal
        Returns why ``/readyz`` has to say no, or None.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        keys: Keys,
        paths: Collection[str],
        refusal: Callable[[], ModelError | None],
    ) -> None:
        self.app = app
        self.keys = keys
        self.paths = PROBES.union(paths)
        self.refusal = refusal

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
        headers = dict(scope["headers"])
        trace = scope[TRACE] = Trace(_request_id(headers))

        async def traced(message: Message) -> None:
            if message["type"] == "http.response.start":
                trace.status = message["status"]
                own = (b"x-request-id", trace.request_id.encode())
                message = {**message, "headers": [*message.get("headers", ()), own]}
            await send(message)

        try:
            self._check(scope, headers)
            if scope["method"] in body.METHODS:
                body.check_headers(headers)
                receive = body.replay(await body.read(receive))
            await self.app(scope, receive, traced)
        except body.DisconnectError:
            trace.status = 499
        except Exception as error:
            await _fail(error, trace, traced)
        self._log(scope, trace, time.perf_counter() - started)

    def _check(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        # Only the scope's path is what the router sees; a URL built from headers can be forged.
        path = scope["path"]
        if path in PROBES and scope["method"] in READ:
            refusal = self.refusal() if path == "/readyz" else None
            if refusal:
                raise http_error(refusal)
        elif not self.keys.accept(headers.get(b"x-api-key", b"")):
            raise HttpError(
                401,
                "bad_key" if b"x-api-key" in headers else "no_key",
                "Send one of the service's keys in the header X-API-Key.",
                headers={"WWW-Authenticate": 'ApiKey realm="leadgate"'},
            )

    def _log(self, scope: Scope, trace: Trace, seconds: float) -> None:
        path = scope["path"] if scope["path"] in self.paths else metrics.OTHER
        metrics.count(path, trace.status, seconds)
        access_log.info(
            "%s %s %d %s %.1f ms %s",
            scope["method"],
            path,
            trace.status,
            trace.code,
            seconds * 1e3,
            trace.request_id,
        )


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
    content = problem.body(trace.request_id)
    head = {"Content-Type": MEDIA_TYPE, "Content-Length": str(len(content)), **problem.headers}
    await send(
        {
            "type": "http.response.start",
            "status": problem.status,
            "headers": [(name.lower().encode(), value.encode()) for name, value in head.items()],
        }
    )
    await send({"type": "http.response.body", "body": content})


def _request_id(headers: dict[bytes, bytes]) -> str:
    given = headers.get(b"x-request-id", b"")
    return given.decode() if _SANE_ID.fullmatch(given) else secrets.token_hex(12)
