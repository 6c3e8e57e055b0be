"""The guessed meaning of the columns of a table of leads."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from features.crm import match
from features.crm.crm_object import CrmObject
from features.parsing.times import NAT
from features.profiling import answers as answered
from features.profiling import roles
from features.profiling.answers import Answers
from features.profiling.column_profile import ColumnProfile
from features.profiling.left_out import LeftOut
from features.profiling.readings.closing import Closing
from features.profiling.readings.creation import Creation
from features.profiling.readings.day_order import DayOrder
from features.profiling.readings.identity import Identity
from features.profiling.readings.outcome import OutcomeGuess
from features.profiling.readings.row_order import RowOrder
from features.profiling.readings.sales_types import SalesTypes
from features.profiling.readings.sheet import Sheet
from leadgate.arrays import Ints
from leadgate.config import Question

_SEGMENTS = 2


@dataclass(frozen=True)
class LeadsGuess:
    """What each column of a table of leads seems to be.

    Attributes
    ----------
    crm_object
        Whose export it is; nameless when that is not known.
    identity, creation, order, outcome, closing
        What identifies a lead, when it came in (or what stands for that), how and when it ended.
    columns
        For other keys of ``[columns]`` the column.
    left_out
        Columns that are no features, with the reason.
    segments
        Names.
    sheet
        Where the columns are from.
    days
        How the dates are written.
    """

    crm_object: CrmObject
    identity: Identity
    creation: Creation
    order: RowOrder | None
    outcome: OutcomeGuess
    closing: Closing
    columns: Mapping[str, str]
    left_out: LeftOut = field(default_factory=LeftOut)
    segments: Sequence[str] = ()
    sheet: Sheet | None = None
    days: DayOrder = field(default_factory=DayOrder)
    sales: SalesTypes = field(default_factory=SalesTypes)

    def ended_elsewhere(self) -> LeadsGuess:
        """Return the guess where another table says how leads ended: none of it is a feature."""
        ending = (self.outcome.column, self.closing.column, self.columns.get("amount"))
        after = {name: "it says how or when the lead ended" for name in ending if name}
        left_out = replace(self.left_out, after_outcome={**self.left_out.after_outcome, **after})
        return replace(self, left_out=left_out)

    @property
    def questions(self) -> list[Question]:
        """What a person should decide."""
        ordered = self.order.questions if self.order else ()
        return [
            *(self.sheet.questions if self.sheet else ()),
            *self.days.questions,
            *self.sales.questions,
            *self.identity.questions,
            *self.creation.questions,
            *ordered,
            *self.outcome.questions,
            *self.closing.questions,
        ]


def guess_leads(
    profiles: Sequence[ColumnProfile],
    crm_object: CrmObject,
    answers: Answers,
    changed: Collection[str] = (),
) -> LeadsGuess:
    """Guess the meaning of every column of a table of leads.

    Parameters
    ----------
    profiles
        Of its columns.
    crm_object
        Whose export it is.
    answers
        What a person has decided.
    changed
        The fields whose changes are dated: what they hold today does no harm.
    """
    identity = answered.identity(answers, Identity.of(profiles, crm_object))
    creation = answered.creation(answers, Creation.of(profiles, crm_object, [identity.column]))
    taken: list[str | None] = [identity.column, creation.column]
    outcome = answered.outcome(answers, profiles, crm_object, taken)
    taken.append(outcome.column)
    order = None
    if creation.column is None:
        rows = RowOrder.of(profiles, identity.column, [name for name in taken if name])
        order = answered.order(answers, rows)
        taken.append(order.order)
    closing = Closing.of(profiles, crm_object, _times(profiles, creation.column), outcome, taken)
    closing = answered.closing(answers, closing)
    taken.append(closing.column)
    columns = _further(profiles, crm_object, taken, with_amount=outcome.column is not None)
    rest = [p for p in profiles if p.name not in [*taken, *columns.values()]]
    left_out = LeftOut.of(rest, crm_object, outcome.ended(profiles), identity, changed)
    free = [p for p in rest if p.name not in left_out.names]
    segments = roles.SEGMENTS.preferring(crm_object.columns.get("segments", ()))
    return LeadsGuess(
        crm_object, identity, creation, order, outcome, closing, columns, left_out,
        segments.find_all(free)[:_SEGMENTS],
        days=answered.days(answers, DayOrder.of(profiles, [creation.column, closing.column])),
    )  # fmt: skip


def _times(profiles: Sequence[ColumnProfile], created_at: str | None) -> Ints | None:
    """Return when leads were created, `NAT` where that cannot be read; None without a column."""
    column = next((p for p in profiles if p.name == created_at), None)
    if column is None:
        return None
    return np.full(len(column.texts), NAT) if column.times is None else column.times


def _further(
    profiles: Sequence[ColumnProfile],
    crm_object: CrmObject,
    taken: Sequence[str | None],
    *,
    with_amount: bool,
) -> dict[str, str]:
    """Return the columns of the keys that nothing else depends on."""
    wanted = {
        "account_id": roles.ACCOUNT_ID,
        "amount": roles.AMOUNT,
        "own_score": roles.OWN_SCORE,
        "deleted": roles.DELETED,
        "merged_into": roles.MERGED_INTO,
        "merged_from": roles.MERGED_FROM,
    }
    if not with_amount:
        del wanted["amount"]
    columns: dict[str, str] = {}
    for key, role in wanted.items():
        preferred = role.preferring(crm_object.columns.get(key, ()))
        name = preferred.find(profiles, [*taken, *columns.values()])
        if name:
            columns[key] = name
    return columns


def recognised(profiles: Sequence[ColumnProfile], crm: str) -> CrmObject:
    """Return whose export it is: what a person says, else what its columns say."""
    names = [p.name for p in profiles]
    return match.called(crm, names) if crm else match.recognise(names) or CrmObject()
