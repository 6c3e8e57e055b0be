"""Leads that fell through the cracks (lead leakage): marketing let go, sales does not hold them."""

from __future__ import annotations

from dataclasses import dataclass

from experiments.alignment.lead_states import LeadStates
from experiments.figures.share import Share

FELL_THROUGH = ("ignored", "lost_unworked", "abandoned", "silent")


@dataclass(frozen=True)
class FellThrough:
    """How many leads fell through the cracks, of those that were handed off.

    Attributes
    ----------
    all
        In any of the states.
    states
        By key of the state, those that occur.
    """

    all: Share
    states: dict[str, Share]


def fell_through(states: LeadStates) -> FellThrough | None:
    """Count the leads that fell through; None where the export does not say who was worked."""
    if not states.knows_work:
        return None
    keys = [state.key for state in states.possible if state.key in FELL_THROUGH]
    masks = [states.is_in(*keys), *map(states.is_in, keys)]
    overall, *each = states.accounts.shares(masks, states.handed_off)
    return FellThrough(overall, dict(zip(keys, each, strict=True)))
