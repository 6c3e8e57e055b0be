"""The names of columns, as they are compared: by their letters and digits, or by their words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches

# What Salesforce writes behind and HubSpot before the names of fields.
_OF_CRMS = re.compile(r"^hs_|__[cr]$", re.IGNORECASE)
_ALIKE = 0.8


def normalised(name: str) -> str:
    """Return a column name as its letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", name.lower())


def without_accents(text: str) -> str:
    """Return a text whose letters bear no marks; ``Gagné`` is ``Gagne``."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark))


def all_normalised(names: Iterable[str]) -> frozenset[str]:
    """Return `normalised` of many names."""
    return frozenset(map(normalised, names))


def name_key(name: str) -> str:
    """Return what all spellings of the name of a field share.

    A CRM calls a field by its label in one export and by its name for programs in another:
    ``Buying Role``, ``BuyingRole``, ``Buying_Role__c`` and ``hs_buying_role`` are one.
    """
    return normalised(_OF_CRMS.sub("", name.strip()))


def matched(name: str, among: Iterable[str]) -> str | None:
    """Return the name itself if it is among others, else the only one with its key, or None."""
    others = [*among]
    if name in others:
        return name
    key = name_key(name)
    alike = [other for other in others if name_key(other) == key]
    return alike[0] if len(alike) == 1 else None


def likely_new_name(name: str, among: Iterable[str]) -> str | None:
    """Return which of other names is most like one; None where none is alike.

    One of the same key, else one whose key is nearly the same: ``Lead Sources`` for
    ``Lead Source``.
    """
    keys = {name_key(other): other for other in among}
    alike = get_close_matches(name_key(name), keys, n=1, cutoff=_ALIKE)
    return keys[alike[0]] if alike else None


def words(name: str) -> list[str]:
    """Return the words of a column name, in lower case; ``LastModified`` has two."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\W_]+", " ", split).lower().split()
