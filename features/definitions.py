"""What a feature is: one column of the matrix, with all that its value depends on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal

from features import sentences

AttributeKind = Literal["number", "category", "flag"]
ActivityKind = Literal[
    "count", "recency", "first", "decayed", "trend", "gap", "mean gap", "distinct", "sum",
    "age", "leads", "won", "lost",
]  # fmt: skip
Kind = AttributeKind | ActivityKind
Scope = Literal["column", "type", "channel", "lead", "account"]

OTHER = sentences.OTHER
EVERY = sentences.EVERY


@dataclass(frozen=True)
class Feature:
    """One column of the feature matrix.

    Attributes
    ----------
    name
        Unique within a feature set.
    kind
        ``number``, ``category`` and ``flag`` hold an attribute; `features.catalogue` says what the
        others are.
    source
        The column, the type of activity, the channel, or for ``distinct`` what is told apart;
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
        """What the feature is about: the reasons of one group are told together."""
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

    def to_dict(self) -> dict[str, Any]:
        """Return the definition as JSON values."""
        return asdict(self)

    def sentence(self, value: float, vocabulary: Sequence[str] = ()) -> str:
        """Say what a lead's value means, in a salesperson's words.

        Parameters
        ----------
        value
            The feature's value; NaN where it is not known.
        vocabulary
            The texts of the codes, for ``category`` and ``flag``.
        """
        if self.of_attribute:
            return sentences.attribute(self.kind, self.source, value, vocabulary)
        days = self.window_days or self.half_life_days
        return sentences.measure(self.kind, self._whose, value, days)

    def told(self, count: float, days: float) -> str:
        """Say how often the lead did something, from a count so far, and when last.

        Parameters
        ----------
        count
            The feature's value.
        days
            Since the last one; NaN where there is none.
        """
        return sentences.engagement(self._whose, count, days)

    @cached_property
    def _whose(self) -> sentences.Whose:
        return sentences.Whose(self.source, self.scope)
