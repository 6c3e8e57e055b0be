"""What the values of features mean, in a salesperson's words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from features.aggregation.definitions import EVERY, OTHER, Feature

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
_TIMES = {"1": "once", "2": "twice"}


@dataclass(frozen=True)
class Whose:
    """Which activities a sentence is about.

    Attributes
    ----------
    source
        The type or channel; ``""`` for every activity, ``"other"`` for the rare types together.
    scope
        As in `features.aggregation.definitions.Feature`.
    """

    source: str
    scope: str

    @cached_property
    def activity(self) -> str:
        """What one of them is called."""
        what = {EVERY: "activity", OTHER: "other activity"}.get(self.source, _words(self.source))
        if self.scope == "account":
            return "activity of others at the account"
        return f"activity by {what}" if self.scope == "channel" else what

    def times(self, value: str, singular: bool = False) -> str:
        """Say how often, such as "viewed pricing 3 times"; `one` where the value is 1."""
        if self.scope in ("channel", "account") or self.source in (EVERY, OTHER):
            return f"{value} {self.activity if singular else _many(self.activity)}"
        verb = _verb(self.source)
        return f"{verb or self.activity} {_TIMES.get(value, f'{value} times')}"


def _attribute(kind: str, source: str, value: float, vocabulary: Sequence[str]) -> str:
    """Say the value of a column; `vocabulary` holds the texts of a category or flag."""
    if math.isnan(value):
        return f"{source} is not known"
    if kind == "number":
        return f"{source} is {_number(value)}"
    rare = kind == "category" and int(value) == 0
    return f"{source} is {'a rare value' if rare else vocabulary[int(value)]}"


def _count(whose: Whose, value: float, window: float | None) -> str:
    if value == 0:
        return f"no {whose.activity} {_when(window)}"
    return f"{whose.times(_number(value), value == 1)} {_when(window)}"


def _recency(whose: Whose, value: float, _: float | None) -> str:
    if math.isnan(value):
        return f"no {whose.activity} so far"
    return f"last {whose.activity} {_ago(value)}"


def _first(whose: Whose, value: float, _: float | None) -> str:
    if math.isnan(value):
        return f"no {whose.activity} so far"
    return f"first {whose.activity} {_ago(value)}"


def _decayed(whose: Whose, value: float, _: float | None) -> str:
    if value == 0:
        return f"no {whose.activity} so far"
    lately = round(value, 1)
    if lately == 0:
        return f"no {whose.activity} for a long time"
    return f"{whose.times(_number(lately), lately == 1)} lately, older ones counting less"


def _trend(whose: Whose, value: float, window: float | None) -> str:
    last, before = _last(window or 0), _days(window or 0)
    if value == 0:
        return f"as much {whose.activity} in {last} as in the {before} before"
    sort, size = "more" if value > 0 else "fewer", abs(value)
    noun = whose.activity if size == 1 else _many(whose.activity)
    return f"{_number(size)} {sort} {noun} in {last} than in the {before} before"


def _gap(whose: Whose, value: float, _: float | None) -> str:
    if math.isnan(value):
        return "fewer than two activities so far"
    return f"{_span(value)} between the last two activities"


def _mean_gap(whose: Whose, value: float, _: float | None) -> str:
    if math.isnan(value):
        return "fewer than two activities so far"
    return f"{_span(value)} between two activities on average"


def _distinct(whose: Whose, value: float, window: float | None) -> str:
    when = _when(window)
    if whose.source == "channel":
        return f"active on {_plural(value, 'channel') if value else 'no channel'} {when}"
    if whose.source == "content":
        pieces = f"{_plural(value, 'piece')} of content" if value else "no content"
        return f"looked at {pieces} {when}"
    return f"{_plural(value, 'kind')} of activity {when}" if value else f"no activity {when}"


def _sum(whose: Whose, value: float, window: float | None) -> str:
    return f"values of the activities add up to {_number(value)} {_when(window)}"


def _age(whose: Whose, value: float, _: float | None) -> str:
    return f"lead is {_span(value)} old"


def _leads(whose: Whose, value: float, _: float | None) -> str:
    return f"{_others(value)} at the account"


def _won(whose: Whose, value: float, _: float | None) -> str:
    return f"{_others(value)} at the account {'were' if value > 1 else 'was'} won so far"


def _lost(whose: Whose, value: float, _: float | None) -> str:
    return f"{_others(value)} at the account {'were' if value > 1 else 'was'} lost so far"


SENTENCES: dict[str, Callable[[Whose, float, float | None], str]] = {
    "count": _count,
    "recency": _recency,
    "first": _first,
    "decayed": _decayed,
    "trend": _trend,
    "gap": _gap,
    "mean gap": _mean_gap,
    "distinct": _distinct,
    "sum": _sum,
    "age": _age,
    "leads": _leads,
    "won": _won,
    "lost": _lost,
}


# Of these a missing value means that there were too few activities.
_TOO_FEW = ("recency", "first", "gap", "mean gap")


def sentence(feature: Feature, value: float, vocabulary: Sequence[str] = ()) -> str:
    """Say what a lead's value of a feature means, in a salesperson's words.

    Parameters
    ----------
    feature
        The feature.
    value
        Its value; NaN where it is not known.
    vocabulary
        The texts of the codes, for ``category`` and ``flag``.
    """
    if feature.of_attribute:
        return _attribute(feature.kind, feature.source, value, vocabulary)
    whose = _whose(feature)
    if math.isnan(value) and feature.kind not in _TOO_FEW:
        return _unknown(feature.kind, whose)
    return SENTENCES[feature.kind](whose, value, feature.window_days or feature.half_life_days)


def _unknown(kind: str, whose: Whose) -> str:
    if kind == "age":
        return "age of the lead is not known"
    if kind in ("leads", "won", "lost"):
        return "other leads at the account are not known"
    what = "activity" if kind == "distinct" else whose.activity
    return f"{what} is not known"


def engagement(feature: Feature, count: float, days: float) -> str:
    """Say how often a lead did something, from a count so far, and when last.

    Parameters
    ----------
    feature
        The count.
    count
        Its value.
    days
        Since the last one; NaN where there is none.
    """
    whose = _whose(feature)
    if count == 0 or math.isnan(days):
        return _count(whose, count, None)
    last = "" if count == 1 else "most recently "
    return f"{whose.times(_number(count), count == 1)}, {last}{_ago(days)}"


@lru_cache(maxsize=4096)
def _whose(feature: Feature) -> Whose:
    return Whose(feature.source, feature.scope)


def _others(value: float) -> str:
    return "no other lead" if value == 0 else _plural(value, "other lead")


def _when(window: float | None) -> str:
    return "so far" if window is None else f"in {_last(window)}"


def _last(window: float) -> str:
    return "the last day" if window == 1 else f"the last {_days(window)}"


def _ago(value: float) -> str:
    return "within the last day" if value < 1 else f"{_days(value)} ago"


def _span(value: float) -> str:
    return "less than a day" if value < 1 else _days(value)


def _words(source: str) -> str:
    """Return "pricing view" for ``pricing_view``."""
    return source.replace("_", " ").strip() or source


@lru_cache(maxsize=1024)
def _verb(source: str) -> str:
    """Return "opened newsletter" for ``newsletter_open``; "" where the last word is no verb."""
    words = [word for word in re.split(r"[\s_\-.]+|(?<=[a-z])(?=[A-Z])", source) if word]
    past = _PAST.get(words[-1].lower()) if len(words) > 1 else None
    return f"{past} {' '.join(words[:-1]).lower()}" if past else ""


def _days(value: float) -> str:
    return _plural(math.floor(value) if value >= 1 else round(value, 1), "day")


def _many(activity: str) -> str:
    return activity.replace("activity", "activities", 1)


def _plural(value: float, noun: str) -> str:
    return f"{_number(value)} {noun if value == 1 else noun + 's'}"


def _number(value: float) -> str:
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.0f}" if abs(value) >= 10_000 else f"{value:.4g}"
