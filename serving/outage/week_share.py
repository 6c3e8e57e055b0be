"""The capacity of the week while the store is away: what was counted last, and this replica's part.

One file beside the spool, shared by the workers and there after a restart: the handoffs of the
week as the store counted them last, and those that this replica decided on since.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from leadgate.policy import Load, week_start
from serving.outage import lines
from serving.outage.spool import Spool

Loads = dict[str, Load]

# More than any capacity.
_FULL = 2**31


@dataclass(frozen=True)
class _Week:
    start: int
    counted: Loads
    since: Loads


@dataclass(frozen=True)
class Held:
    """The week as a decision without the store may take it.

    Attributes
    ----------
    this_week, people
        As in `LeadState`.
    seen
        Whether the store's count was ever seen; without it nobody is handed off within capacity.
    """

    this_week: int
    people: Loads
    seen: bool = True


class WeekShare:
    """Bounds what a replica hands off without the store.

    Each of its handoffs uses as much of what was left when the store went as all replicas would
    together: at most its share of that, so that shares of 1 in all never exceed the capacity.

    Parameters
    ----------
    spool
        Beside which the file lies.
    share
        This replica's share of what is left of the week's capacity, above 0 and up to 1.
    timezone
        Whose weeks these are.
    """

    def __init__(self, spool: Spool, share: float = 1.0, timezone: str = "UTC") -> None:
        self._timezone = timezone
        self._spool = spool
        self._share = share
        self._file = spool.folder / "week.json"
        self._written = b""
        self._unwritten: _Week | None = None

    def note(self, now: int, people: Mapping[str, Load]) -> None:
        """Note the store's count of the week of an instant, unless something waits for it.

        A count that was read before a later one changes nothing: within a week it only grows.
        """
        week = _Week(week_start(now, self._timezone), dict(people), {})
        if _content(week) == self._written:
            return
        with contextlib.suppress(OSError):
            self._spool.folder.mkdir(parents=True, exist_ok=True)
            with self._spool.locked("week"):
                before = self._read()
                if before and before.start > week.start:
                    return
                if before and before.start == week.start:
                    since = before.since if self._spool.waiting else {}
                    week = _Week(week.start, _largest(before.counted, week.counted), since)
                self._write(week)

    def note_one(self, now: int, people: Mapping[str, Load], person: str, value: float) -> None:
        """Note the store's count after one more handoff."""
        self.note(now, _with_one(people, person, value))

    @contextlib.contextmanager
    def taking(self) -> Iterator[None]:
        """Decide, spool and `add` within this, so that no other worker takes the same place."""
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(OSError):
                self._spool.folder.mkdir(parents=True, exist_ok=True)
                stack.enter_context(self._spool.locked("week"))
            yield

    def held(self, now: int, names: Collection[str]) -> Held:
        """Return what has to be taken as handed off in the week of an instant.

        Parameters
        ----------
        names
            Of the salespeople.
        """
        week = self._of(now)
        if week is None:
            return Held(_FULL, {}, seen=False)
        everyone = {*names, *week.counted, *week.since} if self._share < 1 else week.since
        people = {**week.counted}
        for name in everyone:
            counted, since = week.counted.get(name, Load()), week.since.get(name, Load())
            people[name] = Load(
                counted.handoffs + self._used(since.handoffs),
                counted.value + since.value / self._share,
            )
        counted_in_all = sum(load.handoffs for load in week.counted.values())
        since_in_all = sum(load.handoffs for load in week.since.values())
        return Held(counted_in_all + self._used(since_in_all), people)

    def add(self, now: int, person: str, value: float) -> None:
        """Count a handoff that was decided without the store."""
        week = self._of(now)
        if week is None:
            return
        after = _Week(week.start, week.counted, _with_one(week.since, person, value))
        try:
            self._write(after)
        except OSError:
            # The disk is full: this process at least remembers.
            self._unwritten = after

    def _used(self, since: int) -> int:
        """Return what handoffs of this replica use; one more is allowed if the share holds it."""
        return math.ceil((since + 1) / self._share) - 1

    def _of(self, now: int) -> _Week | None:
        week, start = self._read(), week_start(now, self._timezone)
        if week is None:
            return None
        if week.start != start:
            # A week that began meanwhile begins with nothing.
            week = _Week(start, {}, {})
        if self._unwritten and self._unwritten.start == start:
            week = _Week(start, week.counted, _largest(week.since, self._unwritten.since))
        return week

    def _read(self) -> _Week | None:
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            week = json.loads(self._file.read_bytes())
            counted, since = ({n: Load(*v) for n, v in week[k].items()} for k in _PARTS)
            return _Week(int(week["week"]), counted, since)
        return None

    def _write(self, week: _Week) -> None:
        content = _content(week)
        lines.replace(self._file, content, durable=False)
        self._written = content


_PARTS = ("counted", "since")


def _content(week: _Week) -> bytes:
    loads = [{n: [v.handoffs, v.value] for n, v in of.items()} for of in (week.counted, week.since)]
    return json.dumps({"week": week.start, **dict(zip(_PARTS, loads, strict=True))}).encode()


def _with_one(loads: Mapping[str, Load], person: str, value: float) -> Loads:
    load = loads.get(person, Load())
    return {**loads, person: Load(load.handoffs + 1, load.value + value)}


def _largest(first: Loads, second: Loads) -> Loads:
    """Return the larger load of each: the later count."""
    names = first.keys() | second.keys()
    pairs = {name: (first.get(name, Load()), second.get(name, Load())) for name in names}
    return {name: max(pair, key=lambda load: load.handoffs) for name, pair in pairs.items()}
