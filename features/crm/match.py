"""Compare the columns of an export with what is known of the exports of the common CRMs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache

from features.crm.crm_object import CrmObject, crm_objects
from features.crm.data import table
from features.crm.names import canonical, spellings
from features.crm.reasons import Reasons
from features.parsing.names import words
from leadgate.errors import DataError

ENOUGH_MARKS = 3


def recognise(names: Iterable[str]) -> CrmObject | None:
    """Return the object whose export has columns of these names, or None.

    It has three marks of it or more; of several objects, the most of what few others have.
    """
    there = {spelling for name in names for spelling in spellings(name)}
    candidates = {
        o.name: o for o in crm_objects() if len(there & o.canonical_marks) >= ENOUGH_MARKS
    }
    shares = _shares()
    weights = {
        name: sum(1 / shares[mark] for mark in there & o.canonical_marks)
        for name, o in candidates.items()
    }
    best = max(weights, key=weights.__getitem__, default=None)
    return candidates[best] if best is not None else None


@cache
def _shares() -> Counter[str]:
    """Return how many objects have each mark."""
    return Counter(mark for o in crm_objects() for mark in o.canonical_marks)


def called(name: str, columns: Iterable[str]) -> CrmObject:
    """Return the object that a person names: a CRM, or one of its objects.

    Parameters
    ----------
    name
        Such as ``Zoho`` or ``Zoho deals``.
    columns
        Of the export: of a CRM's objects that with the most names in common is taken.

    Raises
    ------
    DataError
        ``unknown_crm``, naming those that are known.
    """
    wanted = canonical(name)
    objects = crm_objects()
    exact = [o for o in objects if canonical(o.name) == wanted]
    of_crm = [o for o in objects if canonical(o.crm).startswith(wanted) and wanted]
    if not (exact or of_crm):
        raise DataError(
            f"--crm {name}: no such CRM is known.",
            code="unknown_crm",
            hint=f"Known are: {', '.join(o.name for o in objects)}.",
        )
    there = {spelling for column in columns for spelling in spellings(column)}
    return max(exact or of_crm, key=lambda o: len(there & _names(o)))


def _names(crm_object: CrmObject) -> frozenset[str]:
    named = [name for names in crm_object.columns.values() for name in names]
    return crm_object.canonical_marks | frozenset(map(canonical, named))


def known_after_outcome(name: str, crm_object: CrmObject | None = None) -> str:
    """Return why a column of this name is known only after the outcome; "" when it is not.

    Parameters
    ----------
    crm_object
        Whose export has the column, where that is known.
    """
    own = crm_object.why_after_outcome(name) if crm_object else ""
    return own or _general("after_outcome").of(name) or _anywhere(name) or _of_the_end(name)


@cache
def _general(key: str) -> Reasons:
    return Reasons(table("columns")[key])


@cache
def _anywhere(name: str) -> str:
    """Return the reason of an object that says so of any export."""
    return next(filter(None, (o.reasons_anywhere.of(name) for o in crm_objects())), "")


def _of_the_end(name: str) -> str:
    """Return a reason where a name speaks of the end of a lead and of something about it."""
    parts, file = set(words(name)), table("columns")
    lists = (file["words_of_the_end"], file["words_about_it"])
    speaks = not any(parts.isdisjoint(listed) for listed in lists)
    return "by its name it is about the end of the lead" if speaks else ""


def looks_overwritten(name: str) -> bool:
    """Whether a column of this name tends to hold what is true today, not at creation."""
    present = set(table("columns")["words_of_the_present"])
    return bool(_general("overwritten").of(name)) or not present.isdisjoint(words(name))


def replaced_in_place(name: str) -> bool:
    """Whether a column of this name is written anew whenever sales or a tool knows better.

    "Last 7 days" is a window, which may end when it should.
    """
    parts = words(name)
    replaced = {*table("columns")["replaced_words"]}
    return any(
        word in replaced and not (word == "last" and following[:1].isdigit())
        for word, following in zip(parts, [*parts[1:], ""], strict=True)
    )
