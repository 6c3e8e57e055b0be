"""The first sentence of the page, how sure it is, and what would prove it."""

from __future__ import annotations

import math
from dataclasses import dataclass

from experiments.backtest.result import CURRENT, NEWEST, SALES
from experiments.summary.summary import Summary
from experiments.summary.worth import Range, Worth

# Further ahead than this nobody plans.
_MOST_WEEKS = 104
_CONTROL = "a control group (policy.control): leadgate value --plan says for how many weeks"
_WINS = "more wins among the leads handed off"
_NOT_MORE_DEALS = (
    "What becomes of leads that are left to marketing is not known here, so these are not more "
    "deals: some might have been won anyway."
)
_WHOLE_FROM = 10
# What stands for what is done today, as the backtest names it.
_TODAY = {
    SALES: "what is done today",
    CURRENT: "the best by the current CRM score",
    NEWEST: "the newest",
}
_TOOK = {SALES: "sales", CURRENT: "the current CRM score", NEWEST: "newest first"}


@dataclass(frozen=True)
class Headline:
    """What the gate brings in one sentence, how sure that is, and whether it is shown.

    `sure` holds the interval, or what would prove it; `notes` what the figures rest on.
    """

    sentence: str
    sure: str
    proven: bool
    notes: tuple[str, ...] = ()


def headline(summary: Summary) -> Headline:
    """Return the first sentence of the page."""
    worth = summary.worth
    if not summary.signal:
        return Headline(
            "Go on sending every lead to sales: nothing in this data predicts who will buy.",
            summary.why,
            proven=False,
        )
    if worth is None:
        best = "the best leads" if summary.capacity is None else _best(summary.capacity)
        return Headline(
            f"Not proven yet: what sending {best} instead of what is done today would bring.",
            "Not measured for this model. It takes one command, on this firm's own past: "
            "leadgate backtest.",
            proven=False,
        )
    if worth.wins is None:
        return Headline(
            f"Not proven: what sending {_best(worth.capacity)} would bring.",
            f"The past does not show it{': ' + worth.refused if worth.refused else ''}. "
            f"What would prove it: {_CONTROL}.",
            proven=False,
            notes=worth.assumes,
        )
    return _measured(worth, worth.wins)


def _measured(worth: Worth, wins: Range) -> Headline:
    doing = f"ending {_best(worth.capacity)} instead of {_TODAY[worth.rival]}"
    notes = worth.assumes if worth.all_leads else (_NOT_MORE_DEALS, *worth.assumes)
    what = _WINS if not worth.all_leads else "more deals"
    verb = "hold" if not worth.all_leads else "win"
    value, low, high = deals(wins)
    interval = f"(90 %: {low} to {high})"
    took = f", in which {_TOOK[worth.rival]} took {worth.rival_a_week:,.0f} a week"
    weeks = f"a replay of {worth.weeks} weeks of this firm's own past{took}"
    money = worth.profit
    worth_it = "" if money is None else f", worth about {amount(money.value)}"
    ends = "" if money is None else f" Money: {amount(money.low)} to {amount(money.high)}."
    if worth.proven:
        sentence = f"S{doing} would {verb} about {value} {what} a quarter {interval}{worth_it}."
        return Headline(sentence, f"How sure: shown by {weeks}.{ends}", proven=True, notes=notes)
    if wins.high < 0:
        fewer, most, least = deals(Range(-wins.value, -wins.low, -wins.high))
        sentence = (
            f"Do not change: s{doing} would {verb} about {fewer} "
            f"{what.replace('more', 'fewer')} a quarter (90 %: {least} to {most})."
        )
        sure = f"How sure: by {weeks}."
        return Headline(sentence, sure, proven=False, notes=notes)
    modal = "would" if wins.low > 0 else "might"
    sentence = f"Not proven: s{doing} {modal} {verb} {value} {what} a quarter {interval}{worth_it}."
    sure = f"By {weeks}.{ends}{_beside(worth)} {_proof(worth)}"
    return Headline(sentence, sure, proven=False, notes=notes)


def _beside(worth: Worth) -> str:
    """Return whether the current CRM score would do as well, where the gate is not ahead of it."""
    if worth.score is None or worth.score.low > 0:
        return ""
    value, low, high = deals(worth.score)
    does = "may do as well as" if worth.score.high >= 0 else "would do better than"
    return (
        f" As many of the best by the current CRM score {does} the gate: the gate's difference to "
        f"them is {value} (90 %: {low} to {high})."
    )


def _proof(worth: Worth) -> str:
    missing = worth.weeks_missing
    if not 0 < missing <= _MOST_WEEKS:
        return f"What would prove it: {_CONTROL}."
    more = math.ceil(missing)
    return (
        f"What would prove it: about {more} more {'week' if more == 1 else 'weeks'} like these, "
        f"if the estimate is right; or {_CONTROL}."
    )


def _best(capacity: float) -> str:
    return f"the best {capacity:,.0f} leads a week"


def deals(wins: Range) -> tuple[str, str, str]:
    """Return a number of deals and its ends; whole numbers where one more is a small part."""
    ends = (wins.value, wins.low, wins.high)
    digits = 0 if max(map(abs, ends)) >= _WHOLE_FROM else 1
    return tuple(_signed(f"{end:,.{digits}f}") for end in ends)  # type: ignore[return-value]


def amount(value: float) -> str:
    """Return an amount of money with the two digits that matter at a glance."""
    if not value:
        return "0"
    step = 10.0 ** max(0, math.floor(math.log10(abs(value))) - 1)
    return _signed(f"{round(value / step) * step:,.0f}")


def _signed(text: str) -> str:
    digits = text.lstrip("-")
    minus = text != digits and digits.strip("0.,")
    return f"\N{MINUS SIGN}{digits}" if minus else digits
