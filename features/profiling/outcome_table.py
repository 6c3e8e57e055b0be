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
from features.profiling.closing import REST, Closing
from features.profiling.column_profile import ColumnProfile
from features.profiling.horizon import Horizon
from features.profiling.outcome import OutcomeGuess
from leadgate.arrays import Bools, Ints
from leadgate.errors import DataError

CANONICAL_ID = "lead_id"


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
    """

    outcome: OutcomeGuess
    closing: Closing
    amount: str | None

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
            ``no_lead_ids``: no column holds ids of the leads, or it has another name than theirs.
        """
        ids = _ids(profiles, path, leads)
        taken = [ids.name]
        outcome = OutcomeGuess.of(profiles, CrmObject(), taken)
        closing = Closing.of(profiles, CrmObject(), "", outcome, [*taken, outcome.column])
        if outcome.column is None:
            named = roles.CLOSED_AT.find_all(profiles, taken)
            times = named or [p.name for p in profiles if p.is_time]
            closing = Closing(next(iter(times), None), lost=REST, why_lost="it lists wins alone")
        won = outcome.ended(profiles).get("won leads", np.ones(len(ids.texts), dtype=bool))
        closed = next((p for p in profiles if p.name == closing.column), None)
        if closed is not None:
            untimed = int((won & ~closed.filled).sum())
            closing = replace(closing, untimed_wins=untimed, horizon=None)
            if created is not None and not untimed:
                closing = replace(closing, horizon=_horizon(ids, closed, won, leads, created))
        amount = roles.AMOUNT.find(profiles, [*taken, outcome.column, closing.column])
        return cls(outcome, closing, amount)


def _ids(profiles: Sequence[ColumnProfile], path: Path, leads: ColumnProfile) -> ColumnProfile:
    name = holding_ids(profiles, leads.values, path)
    if name not in (leads.name, CANONICAL_ID):
        raise DataError(
            f"{path.name}: {name} holds the ids of the leads, which the leads call {leads.name}.",
            code="no_lead_ids",
            hint=f"Rename the column to {leads.name} or {CANONICAL_ID}.",
        )
    return next(p for p in profiles if p.name == name)


def _horizon(
    ids: ColumnProfile, closed: ColumnProfile, won: Bools, leads: ColumnProfile, created: Ints
) -> Horizon:
    starts = pd.Series(created, index=leads.texts).groupby(level=0).first()
    known = starts.reindex(ids.texts).fillna(NAT).to_numpy(dtype=np.int64)
    ends = np.full(len(won), NAT) if closed.times is None else closed.times
    return Horizon.of(known, ends, won)
