"""What became of each lead: exactly one state, so that the states add up to all leads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from experiments.figures.accounts import Accounts
from features.history.lead_history import LeadHistory
from features.history.worked import ever_worked, says_who_was_worked
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
class LeadStates:
    """What became of the leads; every array has one entry for each lead.

    Attributes
    ----------
    history
        The leads.
    possible
        The states that occur in this export, in the order of the funnel.
    code
        The position of each lead's state in `possible`.
    handed_off, handed_off_at
        Whether marketing handed the lead off to sales, and when: its handoff; every lead, on
        creation, where the export knows no handoffs. `NAT` where not handed off or not dated.
    worked, worked_at
        Whether sales worked the lead, and when first; `NAT` where that is not known.
    knows_work
        Whether the export says which leads sales worked.
    """

    history: LeadHistory
    possible: tuple[State, ...]
    code: Ints
    handed_off: Bools
    handed_off_at: Ints
    worked: Bools
    worked_at: Ints
    knows_work: bool

    def is_in(self, *keys: str) -> Bools:
        """Mark the leads in some states; shape (n,)."""
        wanted = [place for place, state in enumerate(self.possible) if state.key in keys]
        return np.isin(self.code, wanted)

    @cached_property
    def accounts(self) -> Accounts:
        """The accounts of the leads, behind every interval."""
        return Accounts(self.history.accounts)

    def marked(self, lead: Ints) -> Bools:
        """Mark leads given by their positions; shape (n,)."""
        mask = np.zeros(len(self.history), dtype=bool)
        mask[lead] = True
        return mask

    @property
    def wait_days(self) -> Floats:
        """Days from the handoff to the first contact, never below 0; NaN where not known."""
        dated = (self.worked_at != NAT) & (self.handed_off_at != NAT)
        wait = np.where(dated, self.worked_at - self.handed_off_at, 0)
        return np.where(dated, np.maximum(wait, 0) / US_PER_DAY, np.nan)


def lead_states(
    history: LeadHistory, abandoned: Bools, accepted: Bools, patience_days: float
) -> LeadStates:
    """Return what became of every lead.

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
    knows_work, worked = says_who_was_worked(history), ever_worked(history)
    handed_off, handed_off_at = np.ones(len(history), dtype=bool), history.created
    if history.has_handoffs:
        handed_off = worked | (history.handed_off != NAT)
        first = np.where(history.handed_off != NAT, history.handed_off, history.first_worked)
        handed_off_at = np.where(handed_off, np.maximum(first, history.created), NAT)
    patience = round(patience_days * US_PER_DAY)
    late = np.full(len(history), True)
    if history.dated:
        late = history.until - handed_off_at > patience
    waiting = np.where(late, "ignored", "waiting")
    state = np.select(
        [history.won & worked, history.won, history.lost & worked, history.lost, worked],
        [
            np.where(accepted, "accepted", "won"),
            "won_unworked",
            np.where(abandoned, "abandoned", "lost"),
            "lost_unworked",
            np.where(_silent(history, patience), "silent", "in_work"),
        ],
        np.where(handed_off, waiting, "kept"),
    )
    possible = [s for s in _states(knows_work, patience_days) if (state == s.key).any()]
    code = np.select([state == s.key for s in possible], np.arange(len(possible)).tolist(), -1)
    return LeadStates(
        history=history,
        possible=tuple(possible),
        code=code.astype(np.int64),
        handed_off=handed_off,
        handed_off_at=handed_off_at,
        worked=worked,
        worked_at=np.where(worked, history.first_worked, NAT),
        knows_work=knows_work,
    )


def _silent(history: LeadHistory, patience: int) -> Bools:
    """Mark the leads without any activity for so long; none where no activities are known."""
    if not len(history.activities):
        return np.zeros(len(history), dtype=bool)
    last = np.maximum(history.created, history.first_worked)
    np.maximum.at(last, history.activities.owner, history.activities.known_from)
    return np.asarray(history.until - last > patience)


def _states(knows_work: bool, patience_days: float) -> list[State]:
    by_sales = "sales worked it" if knows_work else "whether sales worked it is not known"
    days = f"{patience_days:g} days"
    rows = (
        ("accepted", "won and accepted", f"won, and sales accepted it; {by_sales}", "#084c48"),
        ("won", "won", f"won; {by_sales}", "#0b6e69"),
        ("won_unworked", "won without sales contact", "won, not worked by sales", "#6fb1ac"),
        (
            "in_work",
            "in work" if knows_work else "open",
            f"neither won nor lost; {by_sales}",
            "#5b8bd0",
        ),
        ("silent", "stalled", f"worked and open, without any activity for {days}", "#b9a3d6"),
        ("lost", "lost", f"lost; {by_sales}", "#7b8794"),
        ("abandoned", "abandoned", "sales worked it and gave up without an answer", "#c2571a"),
        ("lost_unworked", "lost without contact", "lost, not worked by sales", "#e0a370"),
        ("waiting", "waiting", f"handed off within {days}, open, not worked yet", "#e9d8a6"),
        ("ignored", "ignored", f"handed off over {days} ago, open, never worked", "#a3320b"),
        ("kept", "not handed off", "still with marketing, and open", "#cbd2d9"),
    )
    return [State(*row) for row in rows]
