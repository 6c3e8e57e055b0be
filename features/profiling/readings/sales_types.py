"""Which activities are the work of sales, so that they are no signs of the lead."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from features.crm.sales_types import sales_types
from leadgate.config import Question

KEY = "data.sales_types"
_WHY = (
    "they sound as if they only happen because sales works the lead, which says whom sales chose "
    "and not who was ready; take out what the leads begin themselves"
)


@dataclass(frozen=True)
class SalesTypes:
    """The types that are never a feature.

    Attributes
    ----------
    types
        As in the configuration.
    questions
        Where some sound so, for nothing else in a file says who began an activity.
    """

    types: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()

    @classmethod
    def of(cls, types: Iterable[str]) -> SalesTypes:
        """Choose those that sound like the work of sales."""
        chosen = sales_types(dict.fromkeys(types))
        if not chosen:
            return cls()
        return cls(tuple(chosen), (Question(KEY, chosen, ([],), _WHY),))
