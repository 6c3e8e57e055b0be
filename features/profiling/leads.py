"""The guessed meaning of the columns of a table of leads."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from features.crm import match
from features.crm.crm_object import CrmObject
from features.crm.match import known_after_outcome, looks_overwritten
from features.crm.personal import personal
from features.parsing.times import NAT
from features.profiling import answers as answered
from features.profiling import roles
from features.profiling.answers import Answers
from features.profiling.column_profile import ColumnProfile
from features.profiling.fill_pattern import other_form, revealed_by_filling
from features.profiling.readings.closing import Closing
from features.profiling.readings.creation import Creation
from features.profiling.readings.day_order import DayOrder
from features.profiling.readings.identity import Identity
from features.profiling.readings.outcome import OutcomeGuess
from features.profiling.readings.row_order import RowOrder
from features.profiling.readings.sheet import Sheet
from leadgate.arrays import Bools, Ints
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
    personal, after_outcome, unknown
        Names with the reason.
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
    personal: Mapping[str, str] = field(default_factory=dict)
    after_outcome: Mapping[str, str] = field(default_factory=dict)
    unknown: Mapping[str, str] = field(default_factory=dict)
    segments: Sequence[str] = ()
    sheet: Sheet | None = None
    days: DayOrder = field(default_factory=DayOrder)

    @property
    def questions(self) -> list[Question]:
        """What a person should decide."""
        ordered = self.order.questions if self.order else ()
        return [
            *(self.sheet.questions if self.sheet else ()),
            *self.days.questions,
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
    lists = _never_features(rest, crm_object, outcome.ended(profiles), identity, changed)
    free = [p for p in rest if not any(p.name in reasons for reasons in lists)]
    segments = roles.SEGMENTS.preferring(crm_object.columns.get("segments", ()))
    private, after, unknown = lists
    return LeadsGuess(
        crm_object, identity, creation, order, outcome, closing, columns, private, after, unknown,
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


def _never_features(
    rest: Sequence[ColumnProfile],
    crm_object: CrmObject,
    ended: Mapping[str, Bools],
    identity: Identity,
    changed: Collection[str],
) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    """Return the columns that are personal, known after the outcome, and perhaps overwritten."""
    private = _reasons(rest, lambda p: personal(p.name, p.values))
    rest = [p for p in rest if p.name not in private]
    after = _reasons(
        rest,
        lambda p: known_after_outcome(p.name, crm_object) or revealed_by_filling(p.filled, ended),
    )
    rest = [p for p in rest if p.name not in after]
    unknown = _reasons(
        [p for p in rest if p.name not in changed],
        lambda p: crm_object.why_overwritten(p.name) or _unknown(p, identity),
    )
    left_out = [p for p in rest if p.name in unknown]
    kept = [p for p in rest if p.name not in unknown and p.name not in changed]
    return private, after, unknown | _reasons(kept, lambda p: other_form(p, left_out))


def _reasons(
    profiles: Sequence[ColumnProfile], why: Callable[[ColumnProfile], str]
) -> dict[str, str]:
    return {p.name: reason for p in profiles if (reason := why(p))}


def _unknown(profile: ColumnProfile, identity: Identity) -> str:
    if profile.is_time:
        return "a date that may be set after creation"
    if looks_overwritten(profile.name):
        return "by its name it holds what is true today"
    if profile.name in identity.damaged:
        return "ids that a spreadsheet has rounded"
    if profile.is_own_text:
        return "nearly every lead has a text of its own here, which may name people"
    return ""


def recognised(profiles: Sequence[ColumnProfile], crm: str) -> CrmObject:
    """Return whose export it is: what a person says, else what its columns say."""
    names = [p.name for p in profiles]
    return match.called(crm, names) if crm else match.recognise(names) or CrmObject()
