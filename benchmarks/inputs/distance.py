"""A database that is far away: a proxy on loopback that takes its time and counts round trips."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit, urlunsplit


@dataclass
class Distance:
    """What lies between a client and a server.

    Attributes
    ----------
    url
        The server's, through the proxy.
    round_trips
        How often the server answered something that it was sent, over all connections.
    seconds
        Added to each.
    dark
        Whether whatever is sent either way is lost, and nobody hears of it.
    """

    url: str
    seconds: float
    round_trips: int = 0
    dark: bool = False
    hang_up: Callable[[], object] = lambda: None
    _asked: set[int] = field(default_factory=set)

    @contextmanager
    def parted(self) -> Iterator[None]:
        """Lose what is sent meanwhile, turn away who comes anew; at the end all hang up."""
        self.dark = True
        try:
            yield
        finally:
            self.hang_up()
            self.dark = False

    def sent(self, connection: int) -> None:
        """Note that a client sent something."""
        self._asked.add(connection)

    def answered(self, connection: int) -> None:
        """Note that the server answered, once for all that it was sent before."""
        self.round_trips += connection in self._asked
        self._asked.discard(connection)


@contextmanager
def distant(url: str, seconds: float = 0.001) -> Iterator[Distance]:
    """Run a proxy before the server of a database URL that adds so much to a round trip."""
    place = urlsplit(url)
    loop = asyncio.new_event_loop()
    near: set[_Near] = set()
    server = loop.run_until_complete(
        loop.create_server(lambda: _Near(place.port or 5432, way, near), "127.0.0.1", 0)
    )
    user = place.netloc.rpartition("@")[0]
    port = server.sockets[0].getsockname()[1]
    way = Distance(urlunsplit(place._replace(netloc=f"{user}@127.0.0.1:{port}")), seconds)
    way.hang_up = lambda: asyncio.run_coroutine_threadsafe(_close(near), loop).result(10)
    thread = threading.Thread(target=loop.run_forever, name="distance", daemon=True)
    thread.start()
    try:
        yield way
    finally:
        asyncio.run_coroutine_threadsafe(_end(server, near), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server, near: set[_Near]) -> None:
    server.close()
    await _close(near)


async def _close(near: set[_Near]) -> None:
    opening = [client.opening for client in near if client.opening]
    for client in list(near):
        client.close()
    await asyncio.gather(*opening, return_exceptions=True)
    # What was closed is let go of in the next turn.
    await asyncio.sleep(0)


class _Near(asyncio.Protocol):
    """A client's end: what it sends goes on to the server a while later."""

    def __init__(self, port: int, way: Distance, near: set[_Near]) -> None:
        self._port, self._way, self._all = port, way, near
        self.transport: asyncio.Transport | None = None
        self.opening: asyncio.Task[object] | None = None
        self._far: asyncio.Transport | None = None
        self._early: list[bytes] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        if self._way.dark:
            transport.close()
            return
        self._all.add(self)
        self._loop = asyncio.get_running_loop()
        self.opening = self._loop.create_task(self._open())

    async def _open(self) -> None:
        try:
            far, _ = await self._loop.create_connection(
                lambda: _Far(self, self._way), "127.0.0.1", self._port
            )
        except OSError:
            self.close()
            return
        self._far = far
        for data in self._early:
            far.write(data)

    def data_received(self, data: bytes) -> None:
        self._way.sent(id(self))
        if self._way.dark:
            return
        self._loop.call_later(self._way.seconds, self._pass_on, data)

    def _pass_on(self, data: bytes) -> None:
        if self._far is None:
            self._early.append(data)
        elif not self._far.is_closing():
            self._far.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._all.discard(self)
        self.close()

    def close(self) -> None:
        """Hang up on both sides."""
        for transport in (self.transport, self._far):
            if transport is not None:
                transport.close()


class _Far(asyncio.Protocol):
    """The server's end: what it answers goes back at once."""

    def __init__(self, near: _Near, way: Distance) -> None:
        self._near, self._way = near, way

    def data_received(self, data: bytes) -> None:
        self._way.answered(id(self._near))
        if self._near.transport is not None and not self._way.dark:
            self._near.transport.write(data)

    def connection_lost(self, error: Exception | None) -> None:
        self._near.close()
