"""A session of requests whose calls go to an app in this process, and to no network."""

from __future__ import annotations

import asyncio
import io
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from starlette.types import ASGIApp, Message


def session_to(app: ASGIApp) -> requests.Session:
    """Return a session that knows one host, the app, under any https address."""
    session = requests.Session()
    session.mount("https://", _Adapter(app))
    session.mount("http://", _Nowhere())
    return session


class _Nowhere(BaseAdapter):
    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        **_: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Reach nobody."""
        raise requests.ConnectionError("there is no network here")

    def close(self) -> None:
        """Nothing is open."""


class _Adapter(BaseAdapter):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__()
        self._app = app

    def send(  # type: ignore[override]
        self,
        request: requests.PreparedRequest,
        **_: Any,  # noqa: ANN401
    ) -> requests.Response:
        """Call the app with a request, and return its answer."""
        sent: list[Message] = []
        body = request.body or b""
        content = body.encode() if isinstance(body, str) else body

        async def receive() -> Message:
            return {"type": "http.request", "body": content, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        async def answer() -> None:
            await self._app(_scope(request), receive, send)

        asyncio.run(answer())
        return _response(request, sent)

    def close(self) -> None:
        """Nothing is open."""


def _scope(request: requests.PreparedRequest) -> dict[str, Any]:
    url = urlsplit(request.url or "")
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": url.scheme,
        "path": url.path,
        "raw_path": url.path.encode(),
        "root_path": "",
        "query_string": url.query.encode(),
        "headers": [(k.lower().encode(), str(v).encode()) for k, v in request.headers.items()],
        "client": ("in-process", 0),
        "server": (url.hostname, 443),
    }


def _response(request: requests.PreparedRequest, sent: list[Message]) -> requests.Response:
    response = requests.Response()
    response.request, response.url = request, request.url or ""
    response.status_code = sent[0]["status"]
    response.headers.update({k.decode(): v.decode() for k, v in sent[0]["headers"]})
    response.raw = io.BytesIO(b"".join(part.get("body", b"") for part in sent[1:]))
    return response
