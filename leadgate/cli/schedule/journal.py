"""How far a week has come: which steps are done, and one log of all weeks."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from leadgate.connectors.files import read_state, write_state

STATE, LOG = "weekly.json", "weekly.log"


@dataclass(frozen=True)
class Done:
    """What became of a step.

    Attributes
    ----------
    step
        Its name.
    result
        ``done``, ``kept`` where the gate keeps the champion, ``skipped`` or ``failed``.
    why
        In words; "" where there is nothing to say.
    seconds
        How long it took.
    alarm
        Whether it found what people have to look at.
    """

    step: str
    result: str
    why: str = ""
    seconds: float = 0.0
    alarm: bool = False


class Journal:
    """The state of one week in a folder; another week, or another configuration, begins anew.

    Parameters
    ----------
    folder
        Where state and log are.
    week
        Such as ``2026-W02``.
    config
        The text of the configuration.
    """

    def __init__(self, folder: Path, week: str, config: str) -> None:
        self._folder = folder
        digest = hashlib.sha256(config.encode()).hexdigest()[:12]
        self._key = {"week": week, "config": digest}
        state = read_state(folder / STATE)
        same = {name: state.get(name) for name in self._key} == self._key
        self._steps: dict[str, dict[str, Any]] = state.get("steps", {}) if same else {}

    def done(self, step: str) -> Done | None:
        """Return what became of a step of this week; None where it has to be run."""
        held = self._steps.get(step)
        return None if held is None or held["result"] == "failed" else Done(**held)

    def forget(self) -> None:
        """Let every step of this week be run again."""
        self._steps = {}

    def keep(self, done: Done, now: datetime) -> None:
        """Write down what became of a step, in the state and in the log."""
        self._steps[done.step] = asdict(done)
        line = {"at": now.isoformat(timespec="seconds"), **self._key, **asdict(done)}
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / LOG).open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        write_state(self._folder / STATE, {**self._key, "steps": self._steps})
