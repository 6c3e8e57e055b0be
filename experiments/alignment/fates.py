"""What became of each lead: exactly one state, so that the states add up to all leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.figures.shares import Bootstrap
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints


@dataclass(frozen=True)
class State:
    """One thing that can have become of a lead."""

    key: str
    name: str
    meaning: str
    colour: str


@dataclass(frozen=True)
class Fates:
    """What became of the leads; every array has one entry for each lead.

    Attributes
    ----------
    history
        The leads.
    states
        The states that can occur in this export, in the order of the funnel.
    state
        The position of each lead's state in `states`.
    sent, sent_at
        Whether marketing sent the lead to sales, and when: its handoff; every lead, on creation,
        where the export knows no handoffs. `NAT` where not sent or not dated.
    worked, worked_at
        Whether sales worked the lead, and when first; `NAT` where that is not known.
    knows_work
        Whether the export says which leads sales worked.
    """

    history: LeadHistory
    states: tuple[State, ...]
    state: Ints
    sent: Bools
    sent_at: Ints
    worked: Bools
    worked_at: Ints
    knows_work: bool

    def is_in(self, *keys: str) -> Bools:
        """Mark the leads in some states; shape (n,)."""
        wanted = [place for place, state in enumerate(self.states) if state.key in keys]
        return np.isin(self.state, wanted)

    @cached_property
    def bootstrap(self) -> Bootstrap:
        """The draws by account of every interval."""
        return Bootstrap(self.history.accounts)

    def marked(self, lead: Ints) -> Bools:
        """Mark leads given by their positions; shape (n,)."""
        mask = np.zeros(len(self.history), dtype=bool)
        mask[lead] = True
        return mask

    @property
    def wait_days(self) -> Floats:
        """Days from being sent to the first work, never below 0; NaN where not known."""
        known = (self.worked_at != NAT) & (self.sent_at != NAT)
        wait = np.where(known, self.worked_at - self.sent_at, 0)
        return np.where(known, np.maximum(wait, 0) / US_PER_DAY, np.nan)


def fates(history: LeadHistory, abandoned: Bools, accepted: Bools, patience_days: float) -> Fates:
    """Say what became of every lead.

    Parameters
    ----------
    history
        The leads.
    abandoned, accepted
        Shape (n,): lost leads that sales gave up without an answer, and won ones that it accepted,
        where the export says so.
    patience_days
        How long a lead may wait for sales, or lie without any activity.
    """
    knows_work = history.has_handoffs or bool(history.unworked.any())
    worked = ~history.unworked
    sent, sent_at = np.ones(len(history), dtype=bool), history.created
    if history.has_handoffs:
        worked = worked & (history.first_worked != NAT)
        sent = worked | (history.handed_off != NAT)
        first = np.where(history.handed_off != NAT, history.handed_off, history.first_worked)
        sent_at = np.where(sent, np.maximum(first, history.created), NAT)
    patience = round(patience_days * US_PER_DAY)
    cases = _cases(history, abandoned, accepted, worked, sent, sent_at, patience)
    possible = [state for state in _states(knows_work, patience_days) if cases[state.key].any()]
    code = np.select([cases[s.key] for s in possible], np.arange(len(possible)).tolist(), -1)
    return Fates(
        history=history,
        states=tuple(possible),
        state=code.astype(np.int64),
        sent=sent,
        sent_at=sent_at,
        worked=worked,
        worked_at=np.where(worked, history.first_worked, NAT),
        knows_work=knows_work,
    )


def _cases(
    history: LeadHistory,
    abandoned: Bools,
    accepted: Bools,
    worked: Bools,
    sent: Bools,
    sent_at: Ints,
    patience: int,
) -> dict[str, Bools]:
    """Return the mask of each state; every lead is in exactly one of them."""
    won, lost = history.won, history.lost
    open_ = ~won & ~lost
    silent = open_ & worked & _silent(history, patience)
    late = np.full(len(history), True)
    if history.dated:
        late = history.until - sent_at > patience
    return {
        "accepted": won & worked & accepted,
        "won": won & worked & ~accepted,
        "won_unworked": won & ~worked,
        "in_work": open_ & worked & ~silent,
        "silent": silent,
        "lost": lost & worked & ~abandoned,
        "abandoned": lost & worked & abandoned,
        "lost_unworked": lost & ~worked,
        "waiting": open_ & ~worked & sent & ~late,
        "ignored": open_ & ~worked & sent & late,
        "kept": open_ & ~worked & ~sent,
    }


def _silent(history: LeadHistory, patience: int) -> Bools:
    """Mark the leads without any activity for so long; none where no activities are known."""
    if not len(history.activities):
        return np.zeros(len(history), dtype=bool)
    last = np.maximum(history.created, history.first_worked)
    np.maximum.at(last, history.activities.owner, history.activities.known_from)
    return np.asarray(history.until - last > patience)


def _states(knows_work: bool, patience_days: float) -> list[State]:
    by_sales = "sales worked it" if knows_work else "whether sales worked it is not known"
    open_name = "in work" if knows_work else "open"
    days = f"{patience_days:g}"
    return [
        State("accepted", "won and accepted", f"won, and sales accepted it; {by_sales}", "#084c48"),
        State("won", "won", f"won; {by_sales}", "#0b6e69"),
        State("won_unworked", "won by itself", "won, though sales never worked it", "#6fb1ac"),
        State("in_work", open_name, f"neither won nor lost; {by_sales}", "#5b8bd0"),
        State(
            "silent",
            "left lying",
            f"worked and still open, without any activity for {days} days",
            "#b9a3d6",
        ),
        State("lost", "lost", f"lost; {by_sales}", "#7b8794"),
        State("abandoned", "abandoned", "sales worked it and gave up without an answer", "#c2571a"),
        State("lost_unworked", "lost unworked", "lost, though sales never worked it", "#e0a370"),
        State(
            "waiting",
            "waiting",
            f"sent to sales within the last {days} days, open and not worked yet",
            "#e9d8a6",
        ),
        State(
            "ignored",
            "ignored",
            f"sent to sales more than {days} days ago, open, and never worked",
            "#a3320b",
        ),
        State("kept", "not sent", "still with marketing, and open", "#cbd2d9"),
    ]
