"""What goes wrong between a client and a CRM, drawn from a seed, and whether a wait was kept."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from starlette.types import ASGIApp, Receive, Scope, Send

RETRY_AFTER_SECONDS = 20


@dataclass
class Weather:
    """How often calls fail, and what came of it.

    Attributes
    ----------
    now
        The time, as the client sees it.
    share
        Of calls that fail: a third each 429 with a wait, 500 before and 500 after the call was
        carried out.
    calls, failed
        How many came, and failed.
    early
        Calls that came before the wait that they were asked to keep was over.
    """

    now: Callable[[], datetime]
    share: float = 0.0
    seed: int = 0
    calls: int = 0
    failed: int = 0
    early: int = 0
    _until: datetime | None = None
    _rng: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._rng = random.Random(self.seed)  # noqa: S311

    def of_call(self) -> str:
        """Return what happens to the next call: "", ``busy``, ``before`` or ``after``."""
        self.calls += 1
        if self._until is not None and self.now() < self._until:
            self.early += 1
            return self._busy()
        if self._rng.random() >= self.share:
            return ""
        self.failed += 1
        kind = self._rng.choice(("busy", "before", "after"))
        return self._busy() if kind == "busy" else kind

    def _busy(self) -> str:
        self._until = self.now() + timedelta(seconds=RETRY_AFTER_SECONDS)
        return "busy"


class Outside:
    """The app behind its weather."""

    def __init__(self, app: ASGIApp, weather: Weather) -> None:
        self._app = app
        self._weather = weather

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or fail as the weather has it."""
        kind = self._weather.of_call() if scope["type"] == "http" else ""
        if kind == "busy":
            await _answer(send, 429, [(b"retry-after", str(RETRY_AFTER_SECONDS).encode())])
        elif kind == "before":
            await _answer(send, 500, [])
        elif kind == "after":
            await self._app(scope, receive, _nowhere)
            await _answer(send, 500, [])
        else:
            await self._app(scope, receive, send)


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _nowhere(_: object) -> None:
    await asyncio.sleep(0)
