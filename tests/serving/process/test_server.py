import os
import signal
import threading

import pytest

from serving import draining
from serving.process.server import Server


class Process:
    """A supervisor that ends when it is asked to for the `last` time."""

    def __init__(self, last=1) -> None:
        self.asked, self._last, self._ended = 0, last, threading.Event()

    def terminate(self):
        self.asked += 1
        if self.asked == self._last:
            self._ended.set()

    def wait(self, timeout=30.0):
        self._ended.wait(timeout)
        return 0


@pytest.fixture
def wait(tmp_path, monkeypatch):
    """Wait for a service that is sent signals; return how often it was asked to end."""
    monkeypatch.setenv(draining.HOME, str(tmp_path))

    def waited(*numbers, drain_seconds=0.0, last=1, seconds=30.0):
        process = Process(last)
        monkeypatch.setattr(process, "wait", lambda: Process.wait(process, seconds))
        server = Server("http://127.0.0.1:1", "", False, process, tmp_path, drain_seconds)

        def begin():
            for number in numbers:
                os.kill(os.getpid(), number)

        before = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        assert server.wait(begin) == 0
        after = [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
        assert before == after
        return process.asked

    return waited


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_service_without_draining_ends_at_once(wait, number):
    assert wait(number) == 1
    assert not draining.begun()


def test_sigterm_lets_the_service_drain_first_and_then_ends_it(wait):
    assert wait(signal.SIGTERM, drain_seconds=0.01) == 1
    assert draining.begun()


def test_sigterm_twice_neither_cuts_the_draining_short_nor_asks_twice(wait):
    """The draining is longer than anybody waits here: nothing may end it."""
    many = (signal.SIGTERM,) * 3
    assert wait(*many, drain_seconds=600.0, seconds=0.05) == 0
    assert draining.begun()
    assert wait(*many, drain_seconds=0.01, last=2, seconds=0.2) == 1


def test_sigint_ends_a_draining_service_at_once_and_once(wait):
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGINT, signal.SIGTERM)
    assert wait(*numbers, drain_seconds=0.05, last=2, seconds=0.2) == 1


def test_sigterm_after_sigint_begins_no_draining(wait):
    assert wait(signal.SIGINT, signal.SIGTERM, drain_seconds=600.0) == 1
    assert not draining.begun()
