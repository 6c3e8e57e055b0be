import asyncio
import contextlib
import socket
import threading

import pytest
import uvicorn

from serving import timeouts
from serving.http import protocol
from serving.http.protocol import BoundedProtocol

GET = b"GET / HTTP/1.1\r\nHost: leads\r\n\r\n"


async def hello(scope, receive, send):
    if scope["path"] == "/slow":
        while (await receive())["type"] != "http.disconnect":
            pass
        return
    headers = [(b"content-length", b"2")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def address():
    """A server that speaks the protocol, in a thread."""
    bound = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(hello, http=BoundedProtocol, lifespan="off", log_config=None, ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=asyncio.run, args=[server.serve(sockets=[bound])])
    thread.start()
    yield bound.getsockname()
    server.force_exit = server.should_exit = True
    thread.join()
    bound.close()


@pytest.fixture
def connected(address):
    """Connects, and closes what it connected at the end."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(socket.create_connection(address, timeout=10))


def asked(connection, request=GET):
    connection.sendall(request)
    return received(connection)


def received(connection):
    """Return one answer, whole."""
    content = b""
    while not content.endswith((b"ok", b"}")):
        content += connection.recv(1000)
    return content


def test_the_connection_that_waited_longest_makes_room_for_a_new_one(connected, monkeypatch):
    monkeypatch.setattr(protocol, "CONNECTIONS", 3)
    first, second, third = connected(), connected(), connected()
    for connection in (first, second, third):
        assert asked(connection).endswith(b"ok")
    # The second one is the oldest now.
    assert asked(first).endswith(b"ok")
    fourth = connected()
    assert asked(fourth).endswith(b"ok")
    assert second.recv(1) == b""
    assert asked(first).endswith(b"ok")
    assert asked(third).endswith(b"ok")


def test_the_body_that_is_waited_for_longest_makes_room_for_a_new_one(connected, monkeypatch):
    """Bodies behind made-up signatures took every connection from everybody for 20 seconds."""
    monkeypatch.setattr(protocol, "CONNECTIONS", 3)
    slow = [connected() for _ in range(3)]
    head = (
        b"POST /slow HTTP/1.1\r\nHost: leads\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n"
    )
    for connection in slow:
        connection.sendall(head)
        assert connection.recv(1000).startswith(b"HTTP/1.1 100")
    assert asked(connected()).endswith(b"ok")
    assert slow[0].recv(1) == b""
    # Who sent all of it is being answered, and stays.
    slow[1].sendall(b"123456789")
    idle = connected()
    assert asked(idle).endswith(b"ok")
    assert asked(connected()).endswith(b"ok")
    slow[1].setblocking(False)
    with pytest.raises(BlockingIOError, match="unavailable"):
        slow[1].recv(1)


def test_a_connection_too_many_is_asked_to_come_again_where_all_are_answered(
    connected, monkeypatch
):
    monkeypatch.setattr(protocol, "CONNECTIONS", 1)
    busy = connected()
    busy.sendall(b"GET /slow HTTP/1.1\r\nHost: leads\r\nExpect: 100-continue\r\n\r\n")
    assert busy.recv(1000).startswith(b"HTTP/1.1 100")
    late = connected()
    answer = received(late)
    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After" in answer
    assert b'"too_many_connections"' in answer


@pytest.mark.parametrize("sent", [b"", b"GET / HT", GET + b"GET / HTTP/1.1\r\nX-A: "])
def test_a_head_that_does_not_come_is_ended(connected, monkeypatch, sent):
    monkeypatch.setattr(timeouts, "HEAD", 0.05)
    slow = connected()
    slow.sendall(sent)
    received = b"".join(iter(lambda: slow.recv(1000), b""))
    assert b"408" in received
    assert b'"slow_head"' in received


def test_what_is_no_http_is_a_problem(connected):
    wrong = connected()
    answer = asked(wrong, b"\x16\x03\x01\x02\x00\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400")
    assert b"application/problem+json" in answer
    assert b'"bad_http"' in answer
