"""HTTP/1.1 with an end to every head, and to the number of connections.

BentoML starts uvicorn without either: whoever opens connections and sends a byte now and then keeps
them for ever, until the process has no file descriptor left.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

import h11
from uvicorn.config import HTTP_PROTOCOLS
from uvicorn.protocols.http.h11_impl import H11Protocol

from serving import timeouts
from serving.problems import MEDIA_TYPE, RETRY, HttpError

# Of one worker. Half of the file descriptors that a process has on most systems.
CONNECTIONS = 512


def install() -> None:
    """Let every server that this process starts from here on speak it."""
    HTTP_PROTOCOLS["auto"] = f"{__name__}:BoundedProtocol"


class BoundedProtocol(H11Protocol):
    """Ends a connection whose request's head is not there in `timeouts.HEAD`.

    Where there are more than `CONNECTIONS`, the one that has waited longest for a head makes room,
    else for the rest of a body: whoever has no key can send that much behind a made-up signature.
    Where every one is being answered, the new one gets 503.
    """

    # In the order in which they began to wait for a head.
    waiting: dict[BoundedProtocol, asyncio.TimerHandle] = {}  # noqa: RUF012
    # In the order in which they began to wait for the rest of a body.
    receiving: dict[BoundedProtocol, None] = {}  # noqa: RUF012

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a head."""
        super().connection_made(transport)
        if len(self.connections) > CONNECTIONS:
            oldest = next(iter((*self.waiting, *self.receiving)), None)
            if oldest is None:
                detail = "This replica has as many connections as it takes; ask again in a moment."
                self._refuse(HttpError(503, "too_many_connections", detail, headers=RETRY))
                return
            oldest._end()
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._stop_waiting()
        self.receiving.pop(self, None)
        super().connection_lost(exc)

    def handle_events(self) -> None:
        """Wait no longer once the head is there."""
        before = self.cycle
        super().handle_events()
        if self.cycle is not before:
            self._stop_waiting()
        if self.conn.their_state is h11.SEND_BODY:
            self.receiving.setdefault(self)
        else:
            self.receiving.pop(self, None)

    def on_response_complete(self) -> None:
        """Begin to wait for the next head."""
        if not self.transport.is_closing():
            self._wait()
        super().on_response_complete()

    def _should_upgrade(self) -> bool:
        """Say no: there is no web socket, and the request is answered as any other."""
        return False

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP, as a problem like any other."""
        self._refuse(HttpError(400, "bad_http", "This is not HTTP/1.1."))

    def _wait(self) -> None:
        self._stop_waiting()
        self.waiting[self] = self.loop.call_later(timeouts.HEAD, self._late)

    def _stop_waiting(self) -> None:
        timer = self.waiting.pop(self, None)
        if timer is not None:
            timer.cancel()

    def _late(self) -> None:
        detail = f"The head was not complete after {timeouts.HEAD:.0f} seconds."
        self._refuse(HttpError(408, "slow_head", detail))

    def _end(self) -> None:
        self._stop_waiting()
        self.receiving.pop(self, None)
        self.transport.abort()

    def _refuse(self, problem: HttpError) -> None:
        """Answer with a problem, where an answer can still be sent, and end the connection."""
        self._stop_waiting()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            content = problem.body("")
            head = {
                "Content-Type": MEDIA_TYPE,
                "Content-Length": str(len(content)),
                "Connection": "close",
                **problem.headers,
            }
            headers = [(name.encode(), value.encode()) for name, value in head.items()]
            events = (
                h11.Response(
                    status_code=problem.status,
                    headers=headers,
                    reason=HTTPStatus(problem.status).phrase.encode(),
                ),
                h11.Data(data=content),
                h11.EndOfMessage(),
            )
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()
