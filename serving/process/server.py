"""A running service: the process that supervises its workers, and how to reach it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from serving import draining, timeouts

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@dataclass
class Server:
    """A running service; as a context manager it is stopped at the end.

    Attributes
    ----------
    url
        Where it answers.
    key
        A key that it accepts; "" when only the hashes of its keys are known.
    made_key
        Whether that key was made for this run.
    process
        The supervisor of its workers, in a process group of its own.
    home
        BentoML's scratch folder of this run.
    drain_seconds
        How long SIGTERM lets it go on, draining, before it ends.
    refusal
        Why it has no model yet, as problem details; empty when it has one.
    """

    url: str
    key: str
    made_key: bool
    process: subprocess.Popen[bytes]
    home: Path
    drain_seconds: float = 0.0
    refusal: dict[str, str] = field(default_factory=dict)

    def wait(self, begin: Callable[[], None] = lambda: None) -> int:
        """Wait until the service ends and return its exit status.

        SIGINT ends it, and so does SIGTERM once it was draining, however often that is sent: who
        manages processes may repeat it within a moment. It is asked to end once: asked again it
        would give up on the requests in flight.

        Parameters
        ----------
        begin
            Is called once signals are heeded.
        """
        ending = _Ending(self)

        def end(number: int, frame: FrameType | None) -> None:
            if number == signal.SIGTERM and self.drain_seconds:
                ending.drain()
            else:
                ending.end()

        before = {number: signal.signal(number, end) for number in _SIGNALS}
        try:
            begin()
            return self.process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End the service; requests in flight are answered first."""
        self.process.terminate()
        try:
            self.process.wait(timeouts.STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()


class _Ending:
    """How a service ends: after it was draining, or at once; either way once."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._timer: threading.Timer | None = None
        self._ended = False

    def drain(self) -> None:
        """Let the service say that it is about to end, and end it a while later."""
        if self._timer is None and not self._ended:
            draining.begin(self._server.home)
            self._timer = threading.Timer(self._server.drain_seconds, self.end)
            self._timer.daemon = True
            self._timer.start()

    def end(self) -> None:
        """Ask the service to end, once."""
        ended, self._ended = self._ended, True
        if not ended:
            self._server.process.terminate()
