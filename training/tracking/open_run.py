"""The MLflow run of a training while it is under way, and how it ends."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import FrameType
from typing import TYPE_CHECKING

from leadgate.config import Config
from leadgate.errors import LeadgateError, RegistryError
from leadgate.registry.liveness import Sign, abandoned
from leadgate.registry.markdown import shortened
from leadgate.registry.mlflow_store import NO_REGISTRY, Progress, connect, explained, store_uri
from leadgate.registry.registry import Registry
from training.tracking.experiment import experiment_of
from training.tracking.naming import DESCRIPTION, RUN_NAME, WHY
from training.tracking.source import source_tags

if TYPE_CHECKING:
    from mlflow import MlflowClient

FAILED, KILLED = "FAILED", "KILLED"


class OpenRun:
    """One run, open from before the data are read until it has ended.

    Attributes
    ----------
    run_id
        "" until it is open.
    source
        Who runs what, on which commit: the tags of the run from its beginning.
    killed
        What to say of earlier runs whose process was killed; a sentence for each.
    """

    def __init__(self, config: Config, command: str, progress: Progress | None) -> None:
        self.config = config
        self.run_id = ""
        self.killed: list[str] = []
        self.source = source_tags(config.folder, command)
        self._command = command
        self._progress = progress
        self._started = time.time()
        self._client: MlflowClient | None = None
        self._sign: Sign | None = None

    @property
    def client(self) -> MlflowClient:
        """The client of the store; opens the run where it is not open yet."""
        if self._client is None:
            self.open()
        assert self._client is not None
        return self._client

    @property
    def uri(self) -> str:
        """Of the store, secrets and all."""
        return store_uri(self.config.tracking, self.config.folder)

    @property
    def registry(self) -> Registry:
        """The registered versions; opens the run where it is not open yet."""
        self.open()
        return Registry(self.config.tracking, self.config.folder)

    def open(self, *, create: bool = True) -> None:
        """Open the run, from when the command began.

        Parameters
        ----------
        create
            Make the registry where there is none; False: then the run stays closed.

        Raises
        ------
        RegistryError
            If the tracking store cannot be reached.
        """
        if self._client is not None:
            return
        config = self.config
        try:
            client = connect(config.tracking, config.folder, create=create, progress=self._progress)
        except RegistryError as error:
            if create or error.code != NO_REGISTRY:
                raise
            return
        with explained(self.uri):
            self.killed = close_killed(client, config)
            run = client.create_run(
                experiment_of(client, config),
                start_time=int(self._started * 1000),
                tags=self.source,
                run_name=f"{self._moment} {self._command} under way",
            )
        self.run_id, self._client = str(run.info.run_id), client
        self._sign = Sign(config.folder, self.run_id)

    def step(self, label: str, share: float) -> None:
        """Say what is being done, and the share of the work that is done."""
        if self._sign is not None:
            self._sign.step(label)
        if self._progress is not None:
            self._progress(label, share)

    def finish(self) -> None:
        """End the run as finished."""
        with explained(self.uri):
            self.client.set_terminated(self.run_id)

    def fail(self, status: str, why: str) -> None:
        """End the run for a reason that its page says; where the store is gone, that is all."""
        if self._client is None:
            return
        with suppress(RegistryError), explained(self.uri):
            word = status.lower()
            _end(self._client, self.run_id, status, why, f"{self._moment} {self._command} {word}")

    def close(self) -> None:
        """Let go of the run."""
        if self._sign is not None:
            self._sign.close()

    @property
    def _moment(self) -> str:
        return f"{datetime.fromtimestamp(self._started, UTC):%Y-%m-%d %H:%M}"


@contextmanager
def open_run(config: Config, command: str, progress: Progress | None = None) -> Iterator[OpenRun]:
    """Open a run for as long as a training takes, and end it as what it was.

    Finished; failed with the reason; or killed, by an interrupt or by SIGTERM. A process that was
    killed outright says nothing, and the next one does it in its place.

    Parameters
    ----------
    command
        What was started, such as ``leadgate train``.
    progress
        Called with what is being done and the share of the work that is done.

    Raises
    ------
    RegistryError
        If there is a registry and it cannot be reached. One that does not exist yet is made only
        by `OpenRun.open`: what is refused before that leaves nothing behind.
    """
    run = OpenRun(config, command, progress)
    with _terminable():
        try:
            run.open(create=False)
            yield run
            run.finish()
        except (KeyboardInterrupt, SystemExit) as stop:
            by = "SIGTERM" if isinstance(stop, SystemExit) else "an interrupt"
            run.fail(KILLED, f"Stopped by {by} before it had ended; nothing was registered.")
            raise
        except LeadgateError as refusal:
            run.fail(FAILED, str(refusal))
            raise
        except BaseException as defect:
            # Its words may hold what a lead's field holds; its kind does not.
            run.fail(FAILED, f"A defect ended it: {type(defect).__name__}.")
            raise
        finally:
            run.close()


def close_killed(client: MlflowClient, config: Config) -> list[str]:
    """End the runs whose process is gone, as of when they were last seen.

    Returns
    -------
    list of str
        A sentence for each of them.
    """
    sentences = []
    for run in abandoned(config.folder):
        with suppress(Exception):
            # Whatever its state: a run of another store, or one that was deleted, is nobody's.
            if client.get_run(run.run_id).info.status != "RUNNING":
                continue
            seen = f"{datetime.fromtimestamp(run.seen_ms / 1000, UTC):%Y-%m-%d %H:%M}"
            step = f" while {run.step}" if run.step else ""
            why = f"Its process was killed{step}; last seen at {seen} UTC."
            _end(client, run.run_id, KILLED, why, f"{seen} killed", run.seen_ms)
            sentences.append(f"An earlier run ended without a word. {why} Run {run.run_id}.")
    return sentences


def _end(
    client: MlflowClient, run_id: str, status: str, why: str, name: str, at: int | None = None
) -> None:
    for key, value in {RUN_NAME: name, WHY: why[:500], DESCRIPTION: shortened(why)}.items():
        client.set_tag(run_id, key, value)
    client.set_terminated(run_id, status, at)


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM end the process as an exit, so that what is open is closed."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    own = threading.current_thread() is threading.main_thread()
    if not own or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
