"""The leads of a control group and of its gate, from the store and what became of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.effect.trial import Trial
from features.history.lead_history import LeadHistory
from features.parsing.times import US_PER_DAY, micros
from features.stored_tables import StoredTables, answered, first_handoffs
from leadgate.arrays import Bools, Ints, Texts
from leadgate.policy import CONTROL


@dataclass(frozen=True, eq=False)
class Decided:
    """The first decision on each lead in a control group or outside one; arrays of shape (n,).

    Attributes
    ----------
    lead_id
        Text.
    trial
        What is compared; outcomes count for the leads that are mature.
    mature
        Whether the horizon after the first decision has passed.
    as_of
        When that was, microseconds since the epoch, UTC.
    handed_off
        Whether the gate handed the lead off within the horizon.
    crossed
        Whether sales worked a lead of the control group nevertheless, as far as is known.
    """

    lead_id: Texts
    trial: Trial
    mature: Bools
    as_of: Ints
    handed_off: Bools
    crossed: Bools

    @property
    def evaluated(self) -> Trial:
        """The leads whose horizon has passed."""
        trial, rows = self.trial, self.mature
        return Trial(
            trial.control[rows],
            trial.share[rows],
            trial.won[rows],
            trial.readiness[rows],
            trial.account[rows],
        )


def decided(
    history: LeadHistory, stored: StoredTables, exported: Texts, end: int, horizon_days: float
) -> Decided:
    """Return the leads that have an arm.

    A lead of the export is observed until the export ends, one that only the store has until the
    store does, whatever became of it: an end that came with its outcome would count wins first.

    Parameters
    ----------
    history
        Of the export and the store.
    exported
        The leads of the export.
    end
        Of the store, microseconds since the epoch, UTC.
    horizon_days
        Within which a win counts.
    """
    decisions = answered(stored.decisions)
    decisions = decisions[decisions["lead_id"].isin(history.lead_ids)]
    first = decisions[decisions["arm"] != ""].drop_duplicates("lead_id")
    first = first.merge(stored.policies, "left", "policy_digest")
    first = first[first["control"].fillna(0.0) > 0]
    lead = history.index_of(first["lead_id"])
    as_of, horizon = micros(first["as_of"]), round(horizon_days * US_PER_DAY)
    control = (first["arm"] == CONTROL).to_numpy(dtype=bool)
    closes = history.closes[lead]
    taken = first_handoffs(decisions).set_index("lead_id")["as_of"].reindex(first["lead_id"])
    after = micros(pd.Series(taken.to_numpy())) - as_of
    handed_off = taken.notna().to_numpy() & (after >= 0) & (after <= horizon)
    trial = Trial(
        control=control,
        share=first["control"].to_numpy(dtype=np.float64),
        won=history.won[lead] & (closes > as_of) & (closes <= as_of + horizon),
        readiness=first["readiness"].to_numpy(dtype=np.float64),
        account=history.accounts[lead],
    )
    ends = np.where(np.isin(history.lead_ids[lead], exported), history.until, end)
    worked = history.has_handoffs & (history.first_worked[lead] >= as_of)
    return Decided(
        lead_id=history.lead_ids[lead],
        trial=trial,
        mature=as_of + horizon <= ends,
        as_of=as_of,
        handed_off=handed_off,
        crossed=control & (handed_off | worked),
    )
