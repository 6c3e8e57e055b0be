"""Which of the rules applies to leads, by what their columns say at a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from features.aggregation.attributes import attribute_as_of
from features.history.lead_history import LeadHistory
from features.parsing.categorical import Categorical, folded
from features.parsing.values import to_text
from leadgate.arrays import Ints, Texts
from leadgate.policy import Rule


def rules_as_of(history: LeadHistory, rules: Sequence[Rule], lead: Ints, as_of: Ints) -> Texts:
    """Return the name of the first rule that applies to each lead at a moment, "" for none.

    Parameters
    ----------
    rules
        In their order; one whose column is not there applies to no lead.
    lead, as_of
        Shape (n,): positions in the history, and when they are looked at.
    """
    names = {rule.column for rule in rules} & history.columns.keys()
    columns = {name: attribute_as_of(history, name, lead, as_of) for name in names}
    return first_rules(rules, columns, len(lead))


def first_rules(rules: Sequence[Rule], columns: Mapping[str, Categorical], n: int) -> Texts:
    """Return the name of the first rule that applies to each of n rows, "" for none; shape (n,).

    Parameters
    ----------
    columns
        By name, n rows each.
    """
    names = np.full(n, "", dtype=object)
    for rule in reversed(rules):
        if rule.column in columns:
            wanted = {folded(to_text(value)) for value in rule.values} - {""}
            column = columns[rule.column]
            named = np.array([folded(text) in wanted for text in column.texts], dtype=bool)
            names[named[column.codes]] = rule.name
    return names


def absent_rules(rules: Sequence[Rule], columns: Mapping[str, object] | Sequence[str]) -> list[str]:
    """Return a note on each rule whose column is not among those of a file."""
    return [
        f"the column {rule.column} is not there: policy.rules.{rule.name} applies to no lead"
        for rule in rules
        if rule.column not in columns
    ]
