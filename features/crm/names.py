"""How the names of columns are compared: by letters and digits, whatever a CRM puts around them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from features.crm.data import table
from features.parsing.names import normalised

# Salesforce ends the names of fields that a firm added, and of its relations, so.
_CUSTOM = re.compile(r"__[cr]$")
# Dynamics writes a reference to another record so.
_REFERENCE = re.compile(r"^_(.+)_value$")


def canonical(name: str) -> str:
    """Return a name as its letters and digits; ``Loss_Reason__c`` is ``lossreason``.

    A reference such as ``_parentaccountid_value`` is ``parentaccountid``.
    """
    return normalised(_REFERENCE.sub(r"\1", _CUSTOM.sub("", name)))


@cache
def spellings(name: str) -> tuple[str, ...]:
    """Return what a name may be known as: whole, and without the record's own kind before it.

    ``Deal - Status`` may be known as ``Deal - Status`` and as ``Status``; ``Person - Name`` is
    only ever itself.
    """
    whole = canonical(name)
    kind, dash, rest = name.partition(" - ")
    of_the_record = dash and normalised(kind) in table("columns")["record_kinds"]
    return (whole, canonical(rest)) if of_the_record else (whole,)


def canonicals(names: Iterable[str]) -> frozenset[str]:
    """Return `canonical` of many names."""
    return frozenset(map(canonical, names))


def among(name: str, names: Iterable[str]) -> bool:
    """Whether a name is known as one of many."""
    return not canonicals(names).isdisjoint(spellings(name))
