"""Leads fallen between the chairs: marketing let go of them and sales does not hold them."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.alignment.fates import Fates
from experiments.alignment.view import View
from experiments.figures.shares import Share
from leadgate.policy.bands import STAGES

FALLEN = ("ignored", "lost_unworked", "abandoned", "silent")


@dataclass(frozen=True)
class Chairs:
    """How many leads fell, of those that were sent.

    Attributes
    ----------
    all
        In any of the states.
    states
        By key of the state, those that occur.
    ready_now
        Of the leads that are open and wait for sales at the end of the data, those in the stage
        `purchase`; None where no model can tell.
    """

    all: Share
    states: dict[str, Share]
    ready_now: Share | None


def chairs(fates: Fates, view: View | None) -> Chairs | None:
    """Count the leads between the chairs; None where the export does not say who was worked."""
    if not fates.knows_work:
        return None
    keys = [state.key for state in fates.states if state.key in FALLEN]
    kinds = [fates.is_in(*keys), *map(fates.is_in, keys)]
    found = fates.bootstrap.shares(kinds, [fates.sent] * len(kinds))
    return Chairs(found[0], dict(zip(keys, found[1:], strict=True)), _ready(fates, view))


def _ready(fates: Fates, view: View | None) -> Share | None:
    if view is None or not view.now.lead.size:
        return None
    _, stage = view.bands.names(view.now.readiness)
    ready = fates.marked(view.now.lead[stage == STAGES[-1]])
    return fates.bootstrap.shares([ready], [fates.marked(view.now.lead)])[0]
