"""Which column says when leads ended, and how long that takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.crm.crm_object import CrmObject
from features.parsing.times import NAT, US_PER_DAY
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.horizon import Horizon
from features.profiling.readings.losses import Losses
from features.profiling.readings.outcome import OutcomeGuess
from leadgate.arrays import Bools, Ints
from leadgate.config import Question

KEY, LOST = "columns.closed_at", "columns.lost"
REST = "rest"
_MOST, _FEW = 0.8, 0.05
# A question names so many values.
_NAMED = 6
# A stage is one of several; of two values the other one is the end.
_STAGES = 3


@dataclass(frozen=True)
class Closing:
    """The guessed time of the end of leads, and which leads have lost.

    Attributes
    ----------
    column
        None where no column seems to hold it.
    untimed_wins
        Won leads without one.
    horizon
        What follows from it; None without times of all wins.
    lost
        The values that are a loss, or ``"rest"``.
    why_lost
        The reason.
    questions
        Where another reading is possible.
    """

    column: str | None = None
    untimed_wins: int = 0
    horizon: Horizon | None = None
    lost: str | list[str] = REST
    why_lost: str = ""
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(
        cls,
        profiles: Sequence[ColumnProfile],
        crm_object: CrmObject,
        created: Ints | None,
        outcome: OutcomeGuess,
        taken: Sequence[str | None],
    ) -> Closing:
        """Find the column that is filled for most wins, those with better names first.

        Parameters
        ----------
        profiles, crm_object
            The columns, and whose export it is.
        created
            When the lead of each row was created; None where that is not known.
        outcome
            How leads ended.
        taken
            Columns that mean something else.
        """
        if outcome.column is None:
            return cls()
        ended = outcome.ended(profiles)
        won = ended["won leads"]
        role = roles.CLOSED_AT.preferring(crm_object.columns.get("closed_at", ()))
        named = role.find_all(profiles, taken) if created is not None else []
        by_name = {p.name: p for p in profiles}
        columns = [by_name[name] for name in named]
        columns.sort(key=lambda p: _filled(p, won) < _MOST)
        questions: tuple[Question, ...] = ()
        if not columns and created is not None:
            free = [p for p in profiles if p.name not in taken]
            columns = [p for p in free if _comes_with_the_end(p, created, ended)][:1]
            questions = tuple(map(_unnamed, columns))
        if not columns or created is None:
            return cls()._losing(
                outcome, Losses.of(by_name[outcome.column], outcome, None, created)
            )
        column = columns[0]
        untimed = int((won & ~column.filled).sum())
        horizon = None if untimed else horizon_of(created, column, won)
        losses = Losses.of(by_name[outcome.column], outcome, column, created)
        return cls(column.name, untimed, horizon, questions=questions)._losing(outcome, losses)

    def _losing(self, outcome: OutcomeGuess, losses: Losses) -> Closing:
        """Say which leads have lost; open ones are never among them while there is another way."""
        kinds = outcome.kinds
        if kinds.lost:
            return self._words(outcome, losses)
        others = [v for v in kinds.rest if v not in kinds.weaker]
        if kinds.open:
            sound = f"{' and '.join(kinds.open)} sound{'s' * (len(kinds.open) == 1)} open"
            why = f"nothing sounds like a loss, and {sound}"
        elif self.horizon and len(others) >= _STAGES:
            why = "nothing sounds like a loss, and the other values may be steps on the way"
        else:
            why = "nothing sounds like a loss: all others count as lost"
            question = Question(LOST, REST, ([],), _left(others))
            return replace(self, lost=REST, why_lost=why, questions=(*self.questions, question))
        question = Question(LOST, [], (REST,), f"{why}; with {REST} all that are not won are lost")
        return replace(self, lost=[], why_lost=why, questions=(*self.questions, question))

    def _words(self, outcome: OutcomeGuess, losses: Losses) -> Closing:
        kinds = outcome.kinds
        if kinds.flag or not kinds.rest:
            why = "are some of these leads still open?" if kinds.flag else "sounds like a loss"
            why = f"where {outcome.closed.name} says that they ended" if outcome.closed else why
            young = (_young(kinds.lost, losses),) if losses.lately else ()
            questions = (*self.questions, *young)
            return replace(self, lost=kinds.lost, why_lost=why, questions=questions)
        lost, why = [*kinds.lost, *losses.timed], "sounds like a loss; all others are open"
        asked = list(self.questions)
        if losses.timed:
            why = f"{' and '.join(losses.timed)}: by their closing times; all others are open"
            asked.append(Question(LOST, lost, (kinds.lost,), f"no word says so of {why}"))
        elif losses.as_old:
            said = " and ".join(losses.as_old)
            reason = f"leads of {said} are as old as those that ended: are they lost, too"
            asked.append(Question(LOST, lost, ([*lost, *losses.as_old],), reason))
        return replace(self, lost=lost, why_lost=why, questions=tuple(asked))


def _comes_with_the_end(profile: ColumnProfile, created: Ints, ended: Mapping[str, Bools]) -> bool:
    """Whether a time is there for most wins, for hardly any open lead, and after the creation."""
    if not profile.is_time or profile.times is None:
        return False
    closed = ended["won leads"] | ended["lost leads"]
    others = ~closed if (~closed).any() else ended["lost leads"]
    when = profile.times[profile.filled]
    after = (when >= created[profile.filled] - US_PER_DAY).mean() if len(when) else 0.0
    with_wins = _filled(profile, ended["won leads"]) >= _MOST and _filled(profile, others) <= _FEW
    return with_wins and bool(others.any()) and bool(after >= 1 - _FEW)


def _left(others: Sequence[str]) -> str:
    """Say which values would be losses, the first of many."""
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    said = f" ({', '.join(others[:_NAMED])}{more})" if len(others) > 1 else ""
    return f"nothing sounds like a loss, so that all others are{said}; are some still open"


def _young(lost: list[str], losses: Losses) -> Question:
    why = f"{losses.lately}: are the others still open? Export which leads have ended, too"
    return Question(LOST, lost, ([],), why)


def _unnamed(column: ColumnProfile) -> Question:
    why = "it is filled for won leads and hardly any open one; its name does not speak of the end"
    return Question(KEY, column.name, ("",), why)


def _filled(profile: ColumnProfile, won: Bools) -> float:
    """Return the share of the won leads with a value."""
    return float(profile.filled[won].mean()) if won.any() else 0.0


def horizon_of(created: Ints, closed: ColumnProfile, won: Bools) -> Horizon:
    """Return the horizon that follows from a column of closing times."""
    nothing = np.full(len(won), NAT)
    return Horizon.of(created, nothing if closed.times is None else closed.times, won)
