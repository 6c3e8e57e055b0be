"""A database that is far away: a proxy on loopback that takes its time and counts round trips."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
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
    """

    url: str
    seconds: float
    round_trips: int = 0
    _asked: set[int] = field(default_factory=set)

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
    server = loop.run_until_complete(
        asyncio.start_server(lambda r, w: _serve(r, w, place.port or 5432, way), "127.0.0.1", 0)
    )
    user = place.netloc.rpartition("@")[0]
    port = server.sockets[0].getsockname()[1]
    way = Distance(urlunsplit(place._replace(netloc=f"{user}@127.0.0.1:{port}")), seconds)
    thread = threading.Thread(target=loop.run_forever, name="distance", daemon=True)
    thread.start()
    try:
        yield way
    finally:
        asyncio.run_coroutine_threadsafe(_end(server), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    server.close()
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int, way: Distance
) -> None:
    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
    name = id(writer)

    async def there() -> None:
        loop = asyncio.get_running_loop()
        while data := await reader.read(1 << 16):
            way.sent(name)
            if not far_writer.is_closing():
                loop.call_later(way.seconds, far_writer.write, data)

    async def back() -> None:
        while data := await far_reader.read(1 << 16):
            way.answered(name)
            writer.write(data)

    tasks = [asyncio.create_task(there()), asyncio.create_task(back())]
    try:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        far_writer.close()
        writer.close()
