"""How far along the journey leads are when they are sent, first worked, and now."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.alignment.fates import Fates
from experiments.alignment.view import Seen, View
from experiments.figures.shares import Share
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
    """

    since: int
    consideration: float
    purchase: float
    moments: list[Moment]

    @property
    def nowhere_near(self) -> Share:
        """The share of leads nowhere near buying when they were sent."""
        return self.moments[0].stages[STAGES[0]]


def journey(view: View | None, fates: Fates) -> Journey | None:
    """Say how far along leads are; None without a model that can tell.

    The first moment is when leads are sent; the others are left out where no lead is there.
    """
    if view is None or not view.sent.lead.size:
        return None
    named = {"when sent": view.sent, "at first contact": view.contact, "waiting now": view.now}
    moments = [_moment(name, seen, view, fates) for name, seen in named.items() if seen.lead.size]
    consideration, purchase = view.bands.stages
    return Journey(view.since, consideration, purchase, moments)


def _moment(name: str, seen: Seen, view: View, fates: Fates) -> Moment:
    _, stage = view.bands.names(seen.readiness)
    everyone = fates.marked(seen.lead)
    parts = [fates.marked(seen.lead[stage == s]) for s in STAGES]
    found = fates.bootstrap.shares(parts, [everyone] * len(STAGES))
    return Moment(name, seen.lead.size, dict(zip(STAGES, found, strict=True)))
