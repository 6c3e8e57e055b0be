"""What a feature is: one column of the matrix, with all that its value depends on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from leadgate.jsonfile import JsonValues

AttributeKind = Literal["number", "category", "flag"]
ActivityKind = Literal[
    "count", "recency", "first", "decayed", "trend", "gap", "mean gap", "distinct", "sum",
    "age", "leads", "won", "lost",
]  # fmt: skip
Kind = AttributeKind | ActivityKind
Scope = Literal["column", "type", "channel", "lead", "account"]

OTHER = "other"
EVERY = ""


@dataclass(frozen=True)
class Feature(JsonValues):
    """One column of the feature matrix.

    Attributes
    ----------
    name
        Unique within a feature set.
    kind
        ``number``, ``category`` and ``flag`` hold an attribute; `features.aggregation.catalogue`
        says what the others are.
    source
        The column, the type of activity, the channel, or for ``distinct`` what is counted once;
        ``""`` stands for every activity, ``"other"`` for the rare types together.
    window_days
        The window; None for ever.
    half_life_days
        Of a decayed count: an activity so long ago counts half.
    scope
        Whose activities count: those of the lead that have the type or channel `source`, all of
        the ``lead``, or those of the other leads of the ``account``.
    """

    name: str
    kind: Kind
    source: str
    window_days: float | None = None
    half_life_days: float | None = None
    scope: Scope = "type"

    @property
    def group(self) -> str:
        """What the feature is about: a group makes one reason."""
        if self.scope == "account":
            return "account"
        if self.scope == "channel":
            return f"channel {self.source}"
        if self.scope == "lead":
            return "lead age" if self.kind == "age" else "activity"
        return self.source or ("lead age" if self.kind == "age" else "activity")

    @property
    def of_attribute(self) -> bool:
        """Whether the feature holds an attribute and not what the lead did."""
        return self.kind in ("number", "category", "flag")
