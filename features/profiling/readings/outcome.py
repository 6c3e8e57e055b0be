"""Which column says how leads ended, and which of its values mean what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from features.crm import outcome_words
from features.crm.crm_object import CrmObject
from features.crm.outcome_words import Outcomes
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.profiling.readings.end_flags import EndFlags, is_set
from leadgate.arrays import Bools
from leadgate.config import Question

_NONE = Outcomes([], [], [])
# A column that closes so many fewer leads than another is no second reading of it.
_COMPARABLE = 0.2
# Words of wins and losses make a column of another name the outcome where they close so many leads.
_SPEAKS = 0.5
_WORDS = 3


@dataclass(frozen=True)
class OutcomeGuess:
    """The guessed column of outcomes.

    Attributes
    ----------
    column
        None where no column says how leads ended.
    kinds
        What its values mean.
    questions
        Where another column or another reading of the values is possible.
    closed
        Where wins are a flag: the flag that says which of the others have ended.
    """

    column: str | None = None
    kinds: Outcomes = _NONE
    questions: tuple[Question, ...] = ()
    closed: ColumnProfile | None = None

    @classmethod
    def of(
        cls,
        profiles: Sequence[ColumnProfile],
        crm_object: CrmObject,
        taken: Collection[str | None] = (),
    ) -> OutcomeGuess:
        """Choose the column that closes most leads: of those that name wins and losses in words.

        Else a flag, else a column that names wins alone.
        """
        by_name = {p.name: p for p in profiles}
        flags = EndFlags.of(profiles)
        outcomes = {
            name: of_column(by_name[name], crm_object, flags)
            for name in _candidates(profiles, crm_object, taken)
        }
        closing = {name: kinds for name, kinds in outcomes.items() if kinds.won}
        if not closing:
            return cls()
        closes = {name: int(_closed(by_name[name], kinds).sum()) for name, kinds in closing.items()}
        named = _named(profiles, crm_object, taken)
        enough = len(profiles[0].texts) * _SPEAKS
        ranks = {
            name: _rank(kinds, trusted=name in named or closes[name] >= enough)
            for name, kinds in closing.items()
        }
        best = max(closing, key=lambda n: (ranks[n], closes[n]))
        equals = {name: closes[name] for name in closing if ranks[name] == ranks[best] == _WORDS}
        return cls.reading(by_name[best], closing[best], flags, _rivals(best, equals))

    @classmethod
    def reading(
        cls,
        profile: ColumnProfile,
        kinds: Outcomes,
        flags: EndFlags,
        questions: Sequence[Question] = (),
    ) -> OutcomeGuess:
        """Return the guess for a chosen column, with the values that say nothing."""
        ended = {*kinds.won, *kinds.lost, *kinds.unworked}
        kinds = replace(kinds, rest=[v for v in profile.values if v not in ended])
        if kinds.weaker:
            said = ", ".join(f"{v} ({profile.counts[v]:,} leads)" for v in kinds.weaker)
            why = f"{said} sounds like a win, too, but may be a step on the way to one"
            both = [v for v in profile.values if v in kinds.won or v in kinds.weaker]
            questions = [*questions, Question("columns.won", kinds.won, (both,), why)]
        closed = flags.closed if profile.name == flags.won else None
        return cls(profile.name, kinds, tuple(questions), closed)

    def ended(self, profiles: Sequence[ColumnProfile]) -> dict[str, Bools]:
        """Return which leads ended how, by words for them; {} without a column."""
        profile = next((p for p in profiles if p.name == self.column), None)
        if profile is None:
            return {}
        named = {
            "won leads": self.kinds.won,
            "lost leads": self.kinds.lost,
            "leads never worked": self.kinds.unworked,
        }
        ended = {words: profile.texts.isin(v).to_numpy() for words, v in named.items()}
        if self.closed:
            ended["lost leads"] = ended["lost leads"] & is_set(self.closed)
        return ended


def of_column(profile: ColumnProfile, crm_object: CrmObject, flags: EndFlags) -> Outcomes:
    """Sort the values of a column of outcomes.

    By what a CRM says of them, else by the flags of the leads that have them, else by their words.
    """
    values = profile.values.tolist()
    stated = crm_object.outcomes_of(profile.name, values) or flags.meaning(profile)
    return outcome_words.of_values(values, stated)


def _named(
    profiles: Sequence[ColumnProfile], crm_object: CrmObject, taken: Collection[str | None]
) -> list[str]:
    role = roles.OUTCOME.preferring(crm_object.columns.get("outcome", ()))
    return role.find_all(profiles, taken)


def _candidates(
    profiles: Sequence[ColumnProfile], crm_object: CrmObject, taken: Collection[str | None]
) -> list[str]:
    names = _named(profiles, crm_object, taken)
    names += [
        p.name
        for p in profiles
        if p.name not in [*names, *taken]
        and roles.OUTCOME.holds(p)
        and (outcome_words.speak(p.values) or outcome_words.is_flag(p.name, p.values.tolist()))
    ]
    return names


def _rank(kinds: Outcomes, *, trusted: bool) -> int:
    """Return how good a column is; words of wins and losses in some other column come late."""
    if not kinds.complete:
        return 0
    if kinds.flag:
        return 2
    return _WORDS if trusted else 1


def _closed(profile: ColumnProfile, kinds: Outcomes) -> Bools:
    closed: Bools = profile.texts.isin([*kinds.won, *kinds.lost]).to_numpy()
    return closed


def _rivals(best: str, closes: Mapping[str, int]) -> list[Question]:
    """Ask about other columns of words that close fewer leads, but not far fewer."""
    others = [name for name, n in closes.items() if _COMPARABLE * closes[best] <= n < closes[best]]
    if not others:
        return []
    said = " and ".join(f"{name} closes {closes[name]:,}" for name in others)
    why = f"{best} closes {closes[best]:,} leads, {said}"
    return [Question("columns.outcome", best, tuple(others), why)]
