"""The guessed meaning of a table of outcomes: deals with the ids of their leads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from features.crm.crm_object import CrmObject
from features.parsing.times import NAT
from features.profiling import roles
from features.profiling.activities import holding_ids
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.closing import REST, Closing, horizon_of
from features.profiling.readings.outcome import OutcomeGuess
from leadgate.arrays import Ints
from leadgate.errors import DataError

CANONICAL_ID = "lead_id"
_MOST = 0.5


@dataclass(frozen=True)
class OutcomeTable:
    """A guessed table of outcomes.

    Attributes
    ----------
    outcome
        Its column of outcomes; none where it lists nothing but wins.
    closing
        Its closing times, and which leads have lost.
    amount
        Its column of amounts, or None.
    lead_id
        Its column of the ids of leads, where it is called otherwise than in the leads.
    """

    outcome: OutcomeGuess
    closing: Closing
    amount: str | None
    lead_id: str = ""

    @classmethod
    def of(
        cls,
        profiles: Sequence[ColumnProfile],
        path: Path,
        leads: ColumnProfile,
        created: Ints | None,
    ) -> OutcomeTable:
        """Guess what the columns of a table of outcomes mean.

        Parameters
        ----------
        profiles
            Of its columns.
        path
            The file, for messages.
        leads, created
            The ids of the leads, and when they were created, where that is known.

        Raises
        ------
        DataError
            ``no_lead_ids``: no column holds ids of the leads, or one of another name few of them.
        """
        ids = _ids(profiles, path, leads)
        starts = None if created is None else _starts(ids, leads, created)
        taken, names = [ids.name], {p.name for p in profiles}
        outcome = OutcomeGuess.of(profiles, CrmObject(), taken)
        closing = Closing.of(profiles, CrmObject(), starts, outcome, [*taken, outcome.column])
        if outcome.column is None:
            closing = _of_wins(profiles, starts, taken)
        amount = roles.AMOUNT.find(profiles, [*taken, outcome.column, closing.column])
        expected = next((n for n in (leads.name, CANONICAL_ID) if n in names), None)
        return cls(outcome, closing, amount, "" if ids.name == expected else ids.name)


def _ids(profiles: Sequence[ColumnProfile], path: Path, leads: ColumnProfile) -> ColumnProfile:
    name = holding_ids(profiles, leads.values, path)
    ids = next(p for p in profiles if p.name == name)
    share = ids.values.isin(leads.values).mean()
    if name not in (leads.name, CANONICAL_ID) and share < _MOST:
        raise DataError(
            f"{path.name}: of the values of {name} {share:.0%} are ids of the leads, and no other "
            "column has more.",
            code="no_lead_ids",
            hint=f"Are these deals of other leads? Else rename the column to {CANONICAL_ID}.",
        )
    return ids


def _of_wins(
    profiles: Sequence[ColumnProfile], starts: Ints | None, taken: Sequence[str]
) -> Closing:
    """Return the closing of a table that lists nothing but wins."""
    times = roles.CLOSED_AT.find_all(profiles, taken) or [p.name for p in profiles if p.is_time]
    closing = Closing(lost=REST, why_lost="it lists wins alone")
    column = next((p for p in profiles if p.name in times[:1]), None)
    if column is None or starts is None:
        return closing
    won = np.ones(len(starts), dtype=bool)
    untimed = int((~column.filled).sum())
    horizon = None if untimed else horizon_of(starts, column, won)
    return replace(closing, column=column.name, untimed_wins=untimed, horizon=horizon)


def _starts(ids: ColumnProfile, leads: ColumnProfile, created: Ints) -> Ints:
    """Return when the lead of each row was created, `NAT` where it is unknown."""
    starts = pd.Series(created, index=leads.texts).groupby(level=0).first()
    return starts.reindex(ids.texts).fillna(NAT).to_numpy(dtype=np.int64)
