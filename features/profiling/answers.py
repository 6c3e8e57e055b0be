"""What a person has decided, put in the place of what was guessed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from features.crm.crm_object import CrmObject
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings import closing as closings
from features.profiling.readings import creation as creations
from features.profiling.readings import day_order as day_orders
from features.profiling.readings import identity as identities
from features.profiling.readings import sales_types
from features.profiling.readings.closing import Closing
from features.profiling.readings.creation import Creation
from features.profiling.readings.day_order import DayOrder
from features.profiling.readings.end_flags import EndFlags
from features.profiling.readings.identity import Identity
from features.profiling.readings.outcome import OutcomeGuess, of_column
from features.profiling.readings.row_order import RowOrder
from features.profiling.readings.sales_types import SalesTypes
from leadgate.config import Answer

Answers = Mapping[str, Answer]
_WHY = "as you say"


def identity(answers: Answers, guessed: Identity) -> Identity:
    """Return what identifies a lead."""
    column = answers.get(identities.KEY)
    if column is None:
        return guessed
    return replace(guessed, column=str(column), why=_WHY, questions=())


def creation(answers: Answers, guessed: Creation) -> Creation:
    """Return when a lead came in; "" is no column."""
    column = answers.get(creations.KEY)
    return guessed if column is None else Creation(str(column) or None, _WHY)


def days(answers: Answers, guessed: DayOrder) -> DayOrder:
    """Return how dates are written."""
    written = answers.get(day_orders.KEY)
    return guessed if written is None else DayOrder(str(written))


def order(answers: Answers, guessed: RowOrder) -> RowOrder:
    """Return what stands for the time."""
    column = answers.get("columns.order")
    return guessed if column is None else RowOrder(str(column), _WHY)


def outcome(
    answers: Answers,
    profiles: Sequence[ColumnProfile],
    crm_object: CrmObject,
    taken: Sequence[str | None],
) -> OutcomeGuess:
    """Return how leads ended."""
    guessed = OutcomeGuess.of(profiles, crm_object, taken)
    column = answers.get("columns.outcome")
    if column is not None:
        profile, flags = next(p for p in profiles if p.name == column), EndFlags.of(profiles)
        guessed = OutcomeGuess.reading(profile, of_column(profile, crm_object, flags), flags)
    won = answers.get("columns.won")
    if isinstance(won, list):
        rest = [v for v in guessed.kinds.rest if v not in won]
        kinds = replace(guessed.kinds, won=won, rest=rest, weaker=[])
        left = tuple(q for q in guessed.questions if q.key != "columns.won")
        guessed = replace(guessed, kinds=kinds, questions=left)
    return guessed


def closing(answers: Answers, guessed: Closing) -> Closing:
    """Return when leads ended, and which have lost; "" is no column."""
    left = tuple(q for q in guessed.questions if q.key not in answers)
    guessed = replace(guessed, questions=left)
    if answers.get(closings.KEY) == "":
        guessed = replace(guessed, column=None, untimed_wins=0, horizon=None)
    lost = answers.get(closings.LOST)
    if lost is None or isinstance(lost, float):
        return guessed
    return replace(guessed, lost=lost, why_lost=_WHY)


def sales(answers: Answers, guessed: SalesTypes) -> SalesTypes:
    """Return which activities are the work of sales."""
    types = answers.get(sales_types.KEY)
    return SalesTypes(tuple(types)) if isinstance(types, list) else guessed
