"""The guessed meaning of the columns of a table of activities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from features.parsing.names import words
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.profiling.toml import pair
from leadgate.errors import DataError

_FURTHER = {
    "recorded_at": roles.RECORDED_AT,
    "value": roles.VALUE,
    "channel": roles.CHANNEL,
    "content": roles.CONTENT,
    "activity_id": roles.ACTIVITY_ID,
}
_WHY = {
    "recorded_at": "when it was known, if later than it occurred",
    "activity_id": "an activity with an id seen before is left out",
}

_LEAD_WORDS = {
    "lead", "contact", "prospect", "person", "kontakt", "interessent", "piste", "contacto",
    "contatto", "contato",
}  # fmt: skip
_NEARLY = 0.9


@dataclass(frozen=True)
class ActivityGuess:
    """A guessed table of activities.

    Attributes
    ----------
    lines
        Its ``[[data.activities]]`` section.
    types
        The types of activity that its values or columns name.
    prefix
        The type of every row, where neither do.
    """

    lines: list[str]
    types: list[str]
    prefix: str = ""

    @property
    def named(self) -> list[str]:
        """All types."""
        return [*self.types, *filter(None, [self.prefix])]


def guess_activities(frame: pd.DataFrame, path: Path, lead_ids: pd.Series) -> ActivityGuess:
    """Guess what the columns of a table of activities mean.

    Parameters
    ----------
    frame
        The table.
    path
        As it is to stand in the configuration.
    lead_ids
        The distinct ids of the leads.

    Raises
    ------
    DataError
        ``no_lead_ids`` or ``no_times``: no column holds ids of the leads, or times.
    """
    profiles = ColumnProfile.of(frame)
    lead_id = holding_ids(profiles, lead_ids, path)
    own_type = roles.ACTIVITY_TYPE.find(profiles, [lead_id])
    times = [p.name for p in profiles if p.is_time]
    if not times:
        raise DataError(
            f"{path.name}: no column holds times.",
            code="no_times",
            hint="An activity counts by when it happened: export it with its time.",
        )
    lines = ["[[data.activities]]", pair("path", path.as_posix())]
    lines.append(pair("lead_id", lead_id, "it holds ids of the leads"))
    wide = _events(profiles, times) if own_type is None else []
    if wide:
        lines.append(pair("types", wide, "a column of times for each event"))
        return ActivityGuess(lines, wide)
    occurred = roles.OCCURRED_AT.find(profiles) or times[0]
    taken = [lead_id, own_type, occurred]
    columns = {key: role.find(profiles, taken) for key, role in _FURTHER.items()}
    prefix = "" if own_type else path.name.split(".")[0]
    if own_type:
        lines.append(pair("type", own_type, "the column that names the activity"))
    else:
        lines.append(pair("prefix", prefix, "no column names the activity"))
    lines.append(pair("occurred_at", occurred))
    lines += [pair(key, name, _WHY.get(key, "")) for key, name in columns.items() if name]
    types = next((p.values for p in profiles if p.name == own_type), pd.Series(dtype="str"))
    return ActivityGuess(lines, types.tolist(), prefix)


def _events(profiles: Sequence[ColumnProfile], times: Sequence[str]) -> list[str]:
    """Return the events of a table with a column of times for each; [] where it is none."""
    clocks = {*roles.OCCURRED_AT.find_all(profiles), *roles.RECORDED_AT.find_all(profiles)}
    events = [name for name in times if name not in clocks]
    return events if len(events) > 1 else []


def _refers(name: str) -> bool:
    return not _LEAD_WORDS.isdisjoint(words(name))


def holding_ids(profiles: Sequence[ColumnProfile], lead_ids: pd.Series, path: Path) -> str:
    """Return the column of a table about leads that holds their ids.

    Of several that do, as a row's own number may by chance, one that is called after leads.

    Raises
    ------
    DataError
        ``no_lead_ids``: there is none.
    """
    shares = {p.name: p.values.isin(lead_ids).mean() for p in profiles if len(p.values)}
    most = max(shares.values(), default=0)
    able = [name for name, share in shares.items() if share >= _NEARLY * most]
    best = max(able, key=lambda name: (_refers(name), shares[name]), default="")
    if not best or most == 0:
        raise DataError(
            f"{path.name}: no column holds ids of the leads.",
            code="no_lead_ids",
            hint="Is this a table about these leads?",
        )
    return best
