"""The steps of a week: each is a command of its own, in a process of its own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from leadgate.cli.schedule.journal import Done
from leadgate.config import Config
from serving.decisions.erasure import READ, SCORES

# What `promote` answers when the gate keeps the champion: a finding, not a failure.
KEPT = frozenset({"no_signal", "not_better", "harm", "no_evidence"})
# What `train --from-store` answers before anything was decided.
NO_STORE = "no_store"
NONE_OPEN = "no lead is open"
_MAIN = "from leadgate.cli import main; main()"

Answer = dict[str, Any]
# Runs a command with --json; returns its exit code and its answer.
Run = Callable[[list[str]], tuple[int, Answer]]


def runner(config: Path, lock: int) -> Run:
    """Return what runs a command on a configuration.

    Each holds the lock of the week: a week that is killed leaves its command running, and no other
    week begins before that has ended.
    """

    def run(arguments: list[str]) -> tuple[int, Answer]:
        command = [sys.executable, "-c", _MAIN, *arguments, "--json", "--config", str(config)]
        ended = subprocess.run(
            command, stdout=subprocess.PIPE, text=True, check=False, pass_fds=(lock,)
        )
        try:
            answer = json.loads(ended.stdout)
        except ValueError:
            answer = {}
        return ended.returncode, answer

    return run


@dataclass(frozen=True)
class Week:
    """One week on one configuration.

    Attributes
    ----------
    config
        The configuration.
    folder
        Where the scores of the week are written.
    run
        Runs a command.
    """

    config: Config
    folder: Path
    run: Run

    def steps(self) -> Iterator[tuple[str, Callable[[], Done]]]:
        """Yield each step and what runs it, in order; one that fails ends the week."""
        if self.config.crm is not None:
            yield "pull", lambda: self._plain("pull")
        yield "check", lambda: self._plain("check")
        yield "train", self._train
        yield "preview", self._preview
        yield "promote", self._promote
        yield "score", self._score
        if self.config.crm is not None:
            yield "push", self._push
        yield "monitor", self._monitor

    @property
    def _scores(self) -> Path:
        return self.folder / SCORES

    def _plain(self, *arguments: str) -> Done:
        code, answer = self.run([*arguments])
        return _failed(arguments[0], answer) if code else Done(arguments[0], "done")

    def _train(self) -> Done:
        code, answer = self.run(["train", "--from-store"])
        if code and answer.get("error", {}).get("code") == NO_STORE:
            code, answer = self.run(["train"])
        if code:
            return _failed("train", answer)
        return Done("train", "done", f"version {answer['version']}: {answer['verdict']}")

    def _preview(self) -> Done:
        code, answer = self.run(["experiments", "preview"])
        if code:
            return Done("preview", "skipped", _why(answer))
        overall = answer.get("overall", {})
        changed, leads = overall.get("decision"), overall.get("leads")
        return Done("preview", "done", f"{changed} of {leads} open leads change their decision")

    def _promote(self) -> Done:
        code, answer = self.run(["promote"])
        if code == 0:
            return Done("promote", "done", f"version {answer['version']} is champion")
        if answer.get("error", {}).get("code") in KEPT:
            return Done("promote", "kept", _why(answer))
        return _failed("promote", answer)

    def _score(self) -> Done:
        from features.open_leads import write_open_leads

        # No later week pushes an earlier one's, and what is read is kept no longer.
        self._scores.unlink(missing_ok=True)
        read = self.folder / READ
        shutil.rmtree(read, ignore_errors=True)
        try:
            still_open = write_open_leads(self.config, read)
            if not still_open.rows:
                return Done("score", "skipped", NONE_OPEN)
            arguments = [*still_open.arguments(), "-o", str(self._scores), "--record"]
            code, answer = self.run(["score", *arguments])
        finally:
            shutil.rmtree(read, ignore_errors=True)
        if code:
            return _failed("score", answer)
        counts = ", ".join(f"{n} {name}" for name, n in answer["decisions"].items())
        return Done("score", "done", f"{answer['rows']} open leads: {counts}")

    def _push(self) -> Done:
        if not self._scores.exists():
            return Done("push", "skipped", NONE_OPEN)
        return self._plain("push", str(self._scores))

    def _monitor(self) -> Done:
        code, answer = self.run(["monitor"])
        if code:
            return _failed("monitor", answer)
        alarm = bool(answer.get("alarm"))
        return Done("monitor", "done", str(answer.get("why", "")), alarm=alarm)


def _failed(step: str, answer: Answer) -> Done:
    return Done(step, "failed", _why(answer))


def _why(answer: Answer) -> str:
    error = answer.get("error") or {}
    said = f"{error.get('message', '')} {error.get('hint', '')}".strip()
    return said or "it ended without an answer"
