"""How far along the journey leads are when they are handed off, first contacted, and now."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.alignment.bar import Bar
from experiments.alignment.lead_states import LeadStates
from experiments.alignment.view import Seen, View
from experiments.figures.share import Share
from leadgate.policy.bands import STAGES


@dataclass(frozen=True)
class Moment:
    """Leads at one moment: the share in each stage, first stage first."""

    name: str
    leads: int
    stages: dict[str, Share]


@dataclass(frozen=True)
class Journey:
    """The stages at each moment, and where the stages begin.

    Attributes
    ----------
    since
        The first two moments are no earlier, on the history's axis of time.
    consideration, purchase
        The readiness from which a lead is in that stage.
    nowhere_near
        The share of leads below the bar when they were handed off.
    """

    since: int
    consideration: float
    purchase: float
    moments: list[Moment]
    nowhere_near: Share
    bar: Bar


def journey(view: View | None, states: LeadStates) -> Journey | None:
    """Return how far along leads are; None without a model that discriminates.

    The first moment is the handoff; the others are left out where no lead is there.
    """
    if view is None or not view.handoff.lead.size:
        return None
    named = {
        "when handed off": view.handoff,
        "at first contact": view.contact,
        "waiting now": view.now,
    }
    moments = [_moment(name, seen, view, states) for name, seen in named.items() if seen.lead.size]
    consideration, purchase = view.bands.stages
    handed_off, bar = view.handoff, view.bar
    below = states.marked(handed_off.lead[handed_off.readiness < bar.readiness])
    nowhere = states.accounts.share(below, states.marked(handed_off.lead))
    return Journey(view.since, consideration, purchase, moments, nowhere, bar)


def _moment(name: str, seen: Seen, view: View, states: LeadStates) -> Moment:
    _, stage = view.bands.names(seen.readiness)
    everyone = states.marked(seen.lead)
    parts = [states.marked(seen.lead[stage == s]) for s in STAGES]
    shares = states.accounts.shares(parts, everyone)
    return Moment(name, seen.lead.size, dict(zip(STAGES, shares, strict=True)))
