"""A running service: the process that supervises its workers, and how to reach it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

STOP_SECONDS = 30.0

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
    refusal
        Why it has no model yet, as problem details; empty when it has one.
    """

    url: str
    key: str
    made_key: bool
    process: subprocess.Popen[bytes]
    home: Path
    refusal: dict[str, str] = field(default_factory=dict)

    def wait(self) -> int:
        """Wait until the service ends and return its exit status; SIGINT and SIGTERM end it."""

        def end(number: int, frame: FrameType | None) -> None:
            self.process.terminate()

        before = {number: signal.signal(number, end) for number in _SIGNALS}
        try:
            return self.process.wait()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """End the service; requests in flight are answered first."""
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.stop()
