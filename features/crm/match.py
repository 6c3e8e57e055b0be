"""Compare the columns of an export with what is known of the exports of the common CRMs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from features.crm.data import CRMS, table
from features.crm.outcome_words import Outcomes
from features.parsing.names import all_normalised, normalised, words
from leadgate.config import FieldChangeColumns

_ENOUGH_MARKS = 3


@dataclass(frozen=True)
class Preset:
    """The export of leads of one CRM, as its file describes it.

    Attributes
    ----------
    name
        Of the CRM and its table.
    marks
        Names of columns that mark the CRM, of which an export must have three.
    columns
        For a key of ``[columns]`` the names that it may have, best first.
    outcomes
        For a column of outcomes the values that mean ``won``, ``lost`` and ``unworked``.
    overwritten
        Columns that hold what is true today, by the reason.
    """

    name: str = ""
    marks: Collection[str] = ()
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    outcomes: Mapping[str, Mapping[str, list[str]]] = field(default_factory=dict)
    overwritten: Mapping[str, list[str]] = field(default_factory=dict)

    def outcomes_of(self, name: str, values: Iterable[str]) -> Outcomes | None:
        """Return what the values of a column of outcomes mean, where this preset says so."""
        meant = self.outcomes.get(normalised(name))
        if meant is None:
            return None
        values = list(values)
        return Outcomes(
            **{k: [v for v in values if _among(v, names)] for k, names in meant.items()}
        )

    def why_overwritten(self, name: str) -> str:
        """Return why a column holds what is true today; "" when this preset does not say so."""
        return next((why for why, names in self.overwritten.items() if _among(name, names)), "")


_FIELDS = ("name", "marks", "columns", "outcomes", "overwritten")


@cache
def presets() -> tuple[Preset, ...]:
    """Return the presets of all CRMs."""
    files = map(table, CRMS)
    return tuple(Preset(**{k: file[k] for k in _FIELDS if k in file}) for file in files)


def recognise(names: Iterable[str]) -> Preset | None:
    """Return the CRM whose export has columns of these names, or None."""
    there = all_normalised(names)
    marks = {preset.name: len(there & all_normalised(preset.marks)) for preset in presets()}
    best = max(presets(), key=lambda preset: marks[preset.name])
    return best if marks[best.name] >= _ENOUGH_MARKS else None


def recognise_history(names: Iterable[str]) -> tuple[str, FieldChangeColumns] | None:
    """Return what a table of field changes is, and what its columns mean, or None."""
    columns = {normalised(name): name for name in reversed(list(names))}
    for history in (table(name).get("history") for name in (*CRMS, "columns")):
        if history is None:
            continue
        matched = {
            key: next((columns[n] for n in map(normalised, wanted) if n in columns), None)
            for key, wanted in history["columns"].items()
        }
        if all(matched.values()):
            old = matched.get("old_value") or columns.get("oldvalue")
            return history["name"], FieldChangeColumns.model_validate(matched | {"old_value": old})
    return None


def known_after_outcome(name: str) -> str:
    """Return why a column of this name is known only after the outcome; "" when it is not."""
    whole = normalised(name)
    prefixes = _reasons("after_outcome_prefixes").items()
    by_prefix = (why for prefix, why in prefixes if whole.startswith(prefix))
    return _reasons("after_outcome").get(whole) or next(by_prefix, "")


@cache
def _reasons(key: str) -> dict[str, str]:
    """Return the reason of every normalised name in the lists of one key of all files."""
    lists = (table(file).get(key, {}) for file in (*CRMS, "columns"))
    return {normalised(n): why for names in lists for why in names for n in names[why]}


def looks_overwritten(name: str) -> bool:
    """Whether a column of this name tends to hold what is true today, not at creation."""
    overwritten = table("columns")["overwritten"]
    return _among(name, overwritten["names"]) or not set(words(name)).isdisjoint(
        overwritten["words"]
    )


def replaced_in_place(name: str) -> bool:
    """Whether a column of this name is written anew whenever sales or a tool knows better.

    "Last 7 days" is a window, which may end when it should.
    """
    parts = words(name)
    replaced = {*table("columns")["overwritten"]["replaced_words"]}
    return any(
        word in replaced and not (word == "last" and following[:1].isdigit())
        for word, following in zip(parts, [*parts[1:], ""], strict=True)
    )


def _among(name: str, names: Iterable[str]) -> bool:
    return normalised(name) in map(normalised, names)
