"""A hundred attacks and more on one process, as BentoML runs it."""

import contextlib
import json
import os
import re
import socket
import time
from urllib.parse import urlsplit

import pytest

from serving import timeouts
from serving.auth.api_keys import hash_key
from serving.process.launch import serve
from tests.serving.http.attacks import (
    ADMIN,
    ALL,
    ATTACKS,
    CLOSED,
    JANE,
    LIMITED,
    PUBLIC,
    SCORE,
    SECRET,
    WRITE,
    post,
)

pytestmark = pytest.mark.slow

KEYS = {SCORE: "score", WRITE: "write", ADMIN: "admin", ALL: "score+write", LIMITED: "score"}
# No line of the log grows with what is sent.
LONGEST_LINE = 400
# Seconds in which an answer begins, and seconds without a byte after which there is no further one.
SLOWEST, IDLE = 15.0, 0.4
_LENGTH = re.compile(rb"content-length: *(\d+)", re.IGNORECASE)


@pytest.fixture(scope="module")
def service(bundle, tmp_path_factory):
    """A service with a key for each scope: its address, a slow connection, its log."""
    folder = tmp_path_factory.mktemp("attacked")
    hashes = [f"{scope}:{hash_key(key)}" for key, scope in KEYS.items()]
    (folder / "leadgate.toml").write_text(
        '[data]\nleads = "a.csv"\noutcomes = "b.csv"\n[columns]\nlead_id = "LeadId"\n'
        f"[serving]\nkey_hashes = {json.dumps(hashes)}\nrequests_per_second = 400\n"
        f'hubspot_secret_variable = "HUB"\npublic_url = "{PUBLIC}"\n'
    )
    os.environ["HUB"] = SECRET
    try:
        with (
            (folder / "log").open("wb") as log,
            serve(folder / "leadgate.toml", model=str(bundle), port=0, log=log) as server,
        ):
            address = (urlsplit(server.url).hostname, urlsplit(server.url).port)
            with socket.create_connection(address) as slow:
                slow.sendall(b"POST /v1/score HTTP/1.1\r\nX-A: ")
                yield address, (slow, time.monotonic()), folder / "log"
    finally:
        del os.environ["HUB"]


def answers_to(address, sent, *, answered=True):
    """Return status, head and content of each answer to some bytes."""
    with socket.create_connection(address, timeout=SLOWEST if answered else IDLE) as connection:
        # Who refuses a body need not read all of it.
        with contextlib.suppress(OSError):
            connection.sendall(sent)
        received = _part(connection)
        connection.settimeout(IDLE)
        received += b"".join(iter(lambda: _part(connection), b""))
    answers = []
    while received:
        head, _, rest = received.partition(b"\r\n\r\n")
        length = int(_LENGTH.search(head)[1]) if _LENGTH.search(head) else len(rest)
        answers.append((int(head.split(b" ")[1]), head, rest[:length]))
        received = rest[length:]
    return answers


def _part(connection):
    """Return what comes next; nothing where the connection ends, or nothing comes."""
    try:
        return connection.recv(65536)
    except OSError:
        return b""


def test_there_are_a_hundred_attacks_of_different_names():
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 100


@pytest.mark.parametrize("attack", ATTACKS, ids=[attack.name[:40] for attack in ATTACKS])
def test_each_attack_gets_its_answer(service, attack):
    address, _, _ = service
    for sent in attack.sent:
        content = sent() if callable(sent) else sent
        answers = answers_to(address, content, answered=CLOSED not in attack.statuses)
    status, head, content = answers[-1] if answers else (CLOSED, b"", b"{}")
    assert status in attack.statuses, content[:300]
    if attack.code:
        assert json.loads(content)["code"] == attack.code
    if attack.answers is not None:
        assert len(answers) == attack.answers
    if status >= 400 and b"405" not in head[:20]:
        assert b"application/problem+json" in head
    if status in (429, 503):
        assert re.search(rb"retry-after: [1-9]", head, re.IGNORECASE)
    # What was sent comes back cut, if at all.
    assert len(content) < 2000


def test_a_slow_head_is_ended_and_the_service_goes_on(service):
    address, (slow, begun), log = service
    slow.settimeout(timeouts.HEAD + 5)
    answer = slow.recv(1000)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b'"slow_head"' in answer
    assert slow.recv(1000) == b""
    assert time.monotonic() - begun > timeouts.HEAD - 1
    assert answers_to(address, post())[-1][0] == 200
    written = log.read_text(errors="replace")
    assert JANE not in written
    assert "Traceback" not in written
    assert max(map(len, written.splitlines())) < LONGEST_LINE
