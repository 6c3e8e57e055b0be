"""Activities that only happen because sales works the lead: they say who was chosen, not why."""

from __future__ import annotations

from collections.abc import Iterable

from features.crm.data import in_any_language, table
from features.crm.phrases import plain_words
from features.parsing.names import without_accents

_FILE = "sales_types"


def sales_types(types: Iterable[str]) -> list[str]:
    """Return the types that sound like the work of sales, and not as if the lead began them.

    ``Outbound call`` and ``Demo`` do; ``Demo requested`` and ``Inbound call`` do not.
    """
    work = {without_accents(word) for word in in_any_language(_FILE)}
    own = {without_accents(word) for word in table(_FILE)["begun_by_the_lead"]}
    return [name for name in types if _of_sales({*plain_words(name)}, work, own)]


def _of_sales(parts: set[str], work: set[str], own: set[str]) -> bool:
    return not parts.isdisjoint(work) and parts.isdisjoint(own)
