"""What a run says about its second arm: the leads left to marketing, and what uplift can mean."""

from __future__ import annotations

from leadgate.policy import UPLIFT
from training.dataset.unworked import Unworked
from training.ensemble.fitted import Fitted

CONFOUNDING = (
    "Uplift compares leads that sales worked with leads that it left to marketing and that look "
    "the same in this export. Where sales picks by what the export does not hold, such as a call "
    "or a hunch, both chances and the uplift are wrong, and nothing in the data shows it: only "
    "handoffs at random do (policy.explore)."
)
NO_SIGNAL = "Without a signal there is no uplift of a lead, and no chance of it if nobody works it."


def arm_notes(arm: Unworked, fitted: Fitted, rank_by: str) -> list[str]:
    """Return in plain sentences whether the arms overlap, and what uplift does not show.

    Parameters
    ----------
    arm
        The leads left to marketing.
    fitted
        What ships.
    rank_by
        `[policy] rank_by`.
    """
    instead = (
        ["Leads are ranked by readiness, not by uplift (policy.rank_by), as no uplift is known."]
        if rank_by == UPLIFT and fitted.model.unworked is None
        else []
    )
    if not arm.history.has_handoffs:
        return instead
    if arm.refused:
        return [f"There is no uplift and no readiness_unworked: {arm.refused}.", *instead]
    if fitted.model.unworked is None:
        return [NO_SIGNAL, *instead]
    overlap = arm.overlap
    return [
        f"Of the leads left to marketing {overlap.won:,} are known to have won and "
        f"{overlap.lost:,} not to have won; by what sales could see, {overlap.outside:.0%} of the "
        "leads were nearly sure to be worked, or nearly sure to be left alone.",
        CONFOUNDING,
    ]
