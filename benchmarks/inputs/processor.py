"""Where the processor time goes: that of each part of a system, from the kernel's own account."""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
# In /proc/PID/stat, behind the name: the parent; the time of a process and its ended children.
_PARENT, _SPENT = 1, slice(11, 15)


@contextmanager
def measured(parts: Mapping[str, Sequence[int]]) -> Iterator[Callable[[], dict[str, float]]]:
    """Hand out what returns the processor seconds of each part since, and ``idle``: of all cores.

    Parameters
    ----------
    parts
        Name -> processes; descendants count as theirs, unless they are of a part themselves.
    """
    before, began, at = _spent(parts), _idle(), time.monotonic()

    def since() -> dict[str, float]:
        after = _spent(parts)
        spent = {name: after[name] - before[name] for name in parts}
        cores = (time.monotonic() - at) * (os.cpu_count() or 1)
        return {**spent, "idle": (_idle() - began) / cores}

    yield since


def _spent(parts: Mapping[str, Sequence[int]]) -> dict[str, float]:
    parents: dict[int, int] = {}
    seconds: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            # It has just ended.
            continue
        pid = int(path.parent.name)
        parents[pid] = int(fields[_PARENT])
        seconds[pid] = sum(map(int, fields[_SPENT])) / _TICKS
    names = {pid: name for name, pids in parts.items() for pid in pids}
    spent: dict[str, float] = defaultdict(float)
    for pid, own in seconds.items():
        part: int | None = pid
        while part is not None and part not in names:
            part = parents.get(part)
        if part is not None:
            spent[names[part]] += own
    return spent


def _idle() -> float:
    """Return the seconds that all cores had nothing to do."""
    fields = Path("/proc/stat").read_text().splitlines()[0].split()
    return sum(map(int, fields[4:6])) / _TICKS
