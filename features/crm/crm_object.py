"""What is known of the export of one object of one CRM: a file of the folder ``objects``."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from features.crm.data import object_files, table
from features.crm.names import among, canonicals
from features.crm.outcome_words import Outcomes, variants
from features.crm.reasons import Reasons
from features.parsing.names import without_accents


@dataclass(frozen=True)
class CrmObject:
    """The export of one object, as its file describes it; without a file it says nothing.

    Attributes
    ----------
    crm, name
        Of the CRM, and of the CRM with its object.
    marks
        Names of columns that mark the object.
    columns
        For a key of ``[columns]`` the names that it may have, best first.
    outcomes
        For a column of outcomes the values that mean ``won``, ``lost``, ``unworked`` and ``open``,
        and under ``aliases`` the other names of that column.
    after_outcome
        Columns that are known only after the outcome, by the reason, in any export.
    after_outcome_here
        The same in an export of this object.
    after_outcome_prefixes
        How the names of further such columns begin.
    overwritten
        Columns that hold what is true today, by the reason.
    """

    crm: str = ""
    name: str = ""
    marks: Collection[str] = ()
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    outcomes: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    after_outcome: Mapping[str, list[str]] = field(default_factory=dict)
    after_outcome_here: Mapping[str, list[str]] = field(default_factory=dict)
    after_outcome_prefixes: Mapping[str, list[str]] = field(default_factory=dict)
    overwritten: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, file: Mapping[str, Any]) -> CrmObject:
        """Return the object of a file."""
        return cls(**{key: value for key, value in file.items() if key != "history"})

    @cached_property
    def canonical_marks(self) -> frozenset[str]:
        """The marks, as names are compared."""
        return canonicals(self.marks)

    def outcomes_of(self, name: str, values: Iterable[str]) -> Outcomes | None:
        """Return what the values of a column of outcomes mean, where this object says so."""
        meant = self._meaning(name)
        if meant is None:
            return None
        values = list(values)

        def meaning(kind: str) -> list[str]:
            names = frozenset(map(without_accents, canonicals(meant.get(kind, ()))))
            return [value for value in values if not names.isdisjoint(variants(value))]

        return Outcomes(meaning("won"), meaning("lost"), meaning("unworked"), meaning("open"))

    def _meaning(self, name: str) -> Mapping[str, list[str]] | None:
        for column, meant in self.outcomes.items():
            if among(name, [column, *meant.get("aliases", ())]):
                return meant
        return None

    def why_after_outcome(self, name: str) -> str:
        """Return why a column is known only after the outcome; "" when this object is silent."""
        here, anywhere = self._reasons_here, self.reasons_anywhere
        return here.of(name) or anywhere.of(name)

    def why_overwritten(self, name: str) -> str:
        """Return why a column holds what is true today; "" when this object does not say so."""
        return self._reasons_overwritten.of(name)

    @cached_property
    def reasons_anywhere(self) -> Reasons:
        """Why columns of any export are known only after the outcome."""
        return Reasons(self.after_outcome, self.after_outcome_prefixes)

    @cached_property
    def _reasons_here(self) -> Reasons:
        return Reasons(self.after_outcome_here)

    @cached_property
    def _reasons_overwritten(self) -> Reasons:
        return Reasons(self.overwritten)


@cache
def crm_objects() -> tuple[CrmObject, ...]:
    """Return all objects that are known."""
    return tuple(CrmObject.of(table(name)) for name in object_files())
