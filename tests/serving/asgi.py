"""A client that speaks ASGI with an application in this process."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any

from starlette.applications import Starlette


@dataclass
class Answer:
    """One answer of the service."""

    status: int
    headers: dict[str, str]
    content: bytes

    def json(self) -> dict[str, Any]:
        """Return the content, a JSON object."""
        return json.loads(self.content)


class Client:
    """Calls an ASGI application in this process."""

    def __init__(self, application: Starlette, key: str) -> None:
        self.application = application
        self.key = key
        self.unread = 0

    def call(
        self,
        method: str,
        path: str,
        body: bytes | Iterable[bytes | None] = b"",
        headers: Mapping[str, str] | None = None,
        query: str = "",
    ) -> Answer:
        """Send one request; a body in parts comes without its length, None stalls."""
        given = {"x-api-key": self.key, "content-type": "application/json"}
        given |= {name.lower(): value for name, value in (headers or {}).items()}
        parts = [body] if isinstance(body, bytes) else list(body)
        if isinstance(body, bytes):
            given.setdefault("content-length", str(len(body)))
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "scheme": "http",
            "query_string": query.encode(),
            "headers": [(k.encode(), v.encode()) for k, v in given.items() if v],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 3000),
        }
        return asyncio.run(self._exchange(scope, parts))

    async def _exchange(self, scope: dict[str, Any], parts: list[bytes | None]) -> Answer:
        sent: list[dict[str, Any]] = []
        waiting = [
            {"type": "http.request", "body": part, "more_body": i + 1 < len(parts)}
            for i, part in enumerate(parts)
        ]

        async def receive() -> dict[str, Any]:
            message = waiting.pop(0) if waiting else {"type": "http.disconnect"}
            if message.get("body", b"") is None:
                await asyncio.Event().wait()
            return message

        async def send(message: MutableMapping[str, Any]) -> None:
            sent.append(dict(message))

        await self.application(scope, receive, send)
        self.unread = len(waiting)
        if not sent:
            return Answer(0, {}, b"")
        head, *rest = sent
        headers = {k.decode(): v.decode() for k, v in head["headers"]}
        return Answer(head["status"], headers, b"".join(m.get("body", b"") for m in rest))

    def post(self, path: str, content: object, **headers: str) -> Answer:
        """Send JSON."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("POST", path, json.dumps(content).encode(), named)

    def get(self, path: str, query: str = "", **headers: str) -> Answer:
        """Ask for an address."""
        return self.call("GET", path, headers=headers, query=query)
