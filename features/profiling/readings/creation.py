"""Which column says when a lead came in."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.crm.crm_object import CrmObject
from features.crm.match import known_after_outcome, looks_overwritten
from features.parsing.times import NAT
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from leadgate.config import Question

KEY = "columns.created_at"
_FILLED = 0.8


@dataclass(frozen=True)
class Creation:
    """The guessed time of creation.

    Attributes
    ----------
    column
        None where no column seems to hold it.
    why
        "" where the name of the column says what it is.
    questions
        Where another column may be it.
    """

    column: str | None
    why: str = ""
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(
        cls,
        profiles: Sequence[ColumnProfile],
        crm_object: CrmObject,
        taken: Collection[str | None],
    ) -> Creation:
        """Find the column by its name, else the earliest time that most leads have."""
        role = roles.CREATED_AT.preferring(crm_object.columns.get("created_at", ()))
        if named := role.find(profiles, taken):
            return cls(named)
        times = [p for p in profiles if p.is_time and p.name not in taken]
        closings = roles.CLOSED_AT.find_all(profiles)
        able = [
            p
            for p in times
            if p.share_filled >= _FILLED
            and p.name not in closings
            and not known_after_outcome(p.name, crm_object)
            and not looks_overwritten(p.name)
        ]
        if able:
            return cls._earliest(able, [p.name for p in times if p.name not in closings])
        unread = _unread(profiles)
        if not times or unread:
            return cls(None, questions=tuple(unread))
        names = tuple(p.name for p in times)
        why = "there are columns of times, and none is named like the creation of a lead"
        return cls(None, questions=(Question(KEY, "", names, why),))

    @classmethod
    def _earliest(cls, able: Sequence[ColumnProfile], times: Sequence[str]) -> Creation:
        if len(able) == 1:
            chosen = able[0]
            why = "the only time that leads have"
        else:
            chosen = able[_earliest(able)]
            why = "the earliest of the times that leads have"
        others = tuple(name for name in times if name != chosen.name)
        if not others:
            return cls(chosen.name, why)
        reason = f"its name does not say that a lead came in then; it is {why}"
        return cls(chosen.name, why, (Question(KEY, chosen.name, others, reason),))


def _earliest(able: Sequence[ColumnProfile]) -> int:
    """Return the place of the column that is the earliest in most rows."""
    late = np.iinfo(np.int64).max
    times = [np.full(len(p.texts), late) if p.times is None else p.times for p in able]
    matrix = np.column_stack(times)
    first = np.where(matrix == NAT, late, matrix).argmin(axis=1)
    return int(np.bincount(first, minlength=len(able)).argmax())


def _unread(profiles: Sequence[ColumnProfile]) -> list[Question]:
    """Return a question about a column named like a time whose values are none here."""
    role = replace(roles.CREATED_AT, holds=lambda p: len(p.values) > 0 and not p.is_time)
    named = role.find_all(profiles) or [p.name for p in profiles if p.is_called_time]
    return [
        Question(
            "data.date_format",
            "auto",
            (),
            f"{name} is named like the day of creation, but its values cannot be read as times: "
            'say how they are written, such as "%d.%m.%Y %H:%M %z", and put columns.created_at in '
            "the place of columns.order",
        )
        for name in named[:1]
    ]
