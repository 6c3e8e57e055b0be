"""What each feature is, and how a salesperson reads its value."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal["number", "category", "flag", "count", "recency", "distinct", "age"]

OTHER = "other"
EVERY = ""

_PAST = {
    "view": "viewed",
    "visit": "visited",
    "open": "opened",
    "click": "clicked",
    "download": "downloaded",
    "request": "requested",
    "submit": "submitted",
    "reply": "replied to",
    "attend": "attended",
    "watch": "watched",
}
_TIMES = {1: "once", 2: "twice"}


@dataclass(frozen=True)
class Feature:
    """One column of the feature matrix.

    Attributes
    ----------
    name
        Unique within a feature set.
    kind
        ``number``, ``category`` and ``flag`` hold an attribute; ``count`` the activities of a type
        in a window, ``recency`` the days since the last of a type, ``distinct`` the number of
        types, ``age`` the days since the lead was created.
    source
        The column, or the type of activity; ``""`` stands for every type, ``"other"`` for the rare
        ones together.
    window_days
        The window of a count; None for ever.
    group
        The column or type: the reasons of one group are told together.
    """

    name: str
    kind: Kind
    source: str
    window_days: float | None = None

    @property
    def group(self) -> str:
        """The column or type that this feature belongs to."""
        return self.source or ("lead age" if self.kind == "age" else "activity")

    @property
    def of_attribute(self) -> bool:
        """Whether the feature holds an attribute and not what the lead did."""
        return self.kind in ("number", "category", "flag")

    def to_dict(self) -> dict[str, Any]:
        """Return the definition as JSON values."""
        return asdict(self)

    def sentence(self, value: float, vocabulary: Sequence[str] = ()) -> str:
        """Say what a lead's value means.

        Parameters
        ----------
        value
            The feature's value; NaN where it is not known.
        vocabulary
            The texts of the codes, for ``category`` and ``flag``.
        """
        if self.of_attribute:
            return self._attribute(value, vocabulary)
        if self.kind == "count":
            return self._count(value)
        if self.kind == "recency":
            return self._recency(value)
        if math.isnan(value):
            return "age of the lead is not known"
        if self.kind == "age":
            return f"lead is {_days(value)} old"
        return f"{_plural(value, 'kind')} of activity so far"

    def _attribute(self, value: float, vocabulary: Sequence[str]) -> str:
        if math.isnan(value):
            return f"{self.source} is not known"
        if self.kind == "number":
            return f"{self.source} is {_number(value)}"
        text = vocabulary[int(value)]
        rare = self.kind == "category" and int(value) == 0
        return f"{self.source} is {'a rare value' if rare else text}"

    def _count(self, value: float) -> str:
        when = "so far" if self.window_days is None else f"in the last {_days(self.window_days)}"
        what = _what(self.source)
        if value == 0:
            return f"no {what} {when}"
        if self.source == EVERY:
            return f"{_plural(value, 'activity', 'activities')} {when}"
        verb = _verb(self.source)
        if verb:
            return f"{verb} {_TIMES.get(int(value), f'{_number(value)} times')} {when}"
        return f"{what}: {_number(value)} {when}"

    def _recency(self, value: float) -> str:
        what = _what(self.source)
        if math.isnan(value):
            return f"no {what} so far"
        if value < 1:
            return f"last {what} within a day"
        return f"last {what} {_days(value)} ago"


def _what(source: str) -> str:
    return {EVERY: "activity", OTHER: "other activity"}.get(source, source)


def _verb(source: str) -> str:
    """Return "opened newsletter" for ``newsletter_open``; "" where the last word is no verb."""
    words = [word for word in re.split(r"[\s_\-.]+|(?<=[a-z])(?=[A-Z])", source) if word]
    past = _PAST.get(words[-1].lower()) if len(words) > 1 else None
    return f"{past} {' '.join(words[:-1]).lower()}" if past else ""


def _days(value: float) -> str:
    return _plural(math.floor(value) if value >= 1 else round(value, 1), "day")


def _plural(value: float, one: str, many: str = "") -> str:
    return f"{_number(value)} {one if value == 1 else many or one + 's'}"


def _number(value: float) -> str:
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
