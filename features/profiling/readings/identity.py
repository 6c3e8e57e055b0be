"""Which column identifies a lead."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features.crm.crm_object import CrmObject
from features.crm.personal import personal
from features.parsing.names import words
from features.profiling import roles
from features.profiling.column_profile import ColumnProfile
from features.schema.columns import ROW
from leadgate.config import Question

KEY = "columns.lead_id"
_ID_WORDS = {"id", "ids", "nr", "no", "number", "nummer", "key", "code", "ref", "uuid", "guid"}
# One record exported twice does not make an id anything else.
_NEARLY_UNIQUE = 0.98


@dataclass(frozen=True)
class Identity:
    """The guessed id of a lead.

    Attributes
    ----------
    column
        A column, or ``"row"`` where none identifies a lead.
    why
        "" where the name of the column says what it is.
    damaged
        Columns of ids that a spreadsheet has rounded.
    questions
        Where another column may be it.
    """

    column: str
    why: str = ""
    damaged: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, profiles: Sequence[ColumnProfile], crm_object: CrmObject) -> Identity:
        """Find the id by its name, else a column of ids that is not personal."""
        role = roles.LEAD_ID.preferring(crm_object.columns.get("lead_id", ()))
        damaged = [p.name for p in profiles if _is_called_id(p) and p.is_scientific]
        nearly = {p.name for p in profiles if _nearly_unique(p)}
        named = sorted(role.find_all(profiles), key=lambda name: name not in nearly)
        if named:
            return cls(named[0], damaged=tuple(damaged))
        if damaged:
            why = (
                f"{damaged[0]} looks like numbers that a spreadsheet has rounded (5.80503E+18): "
                "export it as text. Until then scored leads cannot be joined back"
            )
            question = Question(KEY, ROW, (), why)
            return cls(ROW, "its ids are rounded", tuple(damaged), (question,))
        unique = [p for p in profiles if _could_identify(p)]
        if not unique:
            return cls(ROW, "no column identifies a lead: its row does")
        best = next(filter(_is_called_id, unique), unique[0])
        return cls(best.name, "every lead has its own")


def _is_called_id(profile: ColumnProfile) -> bool:
    return not _ID_WORDS.isdisjoint(words(profile.name))


def _nearly_unique(profile: ColumnProfile) -> bool:
    return len(profile.values) >= max(2, _NEARLY_UNIQUE * len(profile.texts))


def _could_identify(profile: ColumnProfile) -> bool:
    if not (_nearly_unique(profile) and (profile.unique or _is_called_id(profile))):
        return False
    no_id = profile.is_time or profile.is_scientific or profile.is_own_text
    return not no_id and not personal(profile.name, profile.values)
