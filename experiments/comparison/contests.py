"""Two versions on one group of leads, overall and by segment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from leadgate.arrays import Floats
from leadgate.jsonfile import json_values
from training.evaluation.evaluated import Evaluated
from training.promotion.paired import Contest, by_segment, contest
from training.validation.windows import Window


@dataclass(frozen=True)
class Group:
    """Leads on which two versions were compared; in every contest `ours` is the newer one.

    `start` and `end` are on the time axis of the splits.
    """

    start: int
    end: int
    overall: Contest
    segments: dict[str, list[Contest]]

    def to_dict(self) -> dict[str, Any]:
        """Return the group as JSON values; instants where the export has dates."""
        return dict(json_values({"overall": self.overall, "segments": self.segments}))


def group_of(evaluated: Evaluated, theirs: Floats, share: float, span: Window) -> Group:
    """Compare two versions on the leads of one span of time.

    Parameters
    ----------
    evaluated
        The leads with the newer version's readiness.
    theirs
        Shape (n,), the older version's.
    share
        Share of the leads that the team can take.
    """
    overall = contest(evaluated, theirs, share)
    return Group(span.start, span.end, overall, by_segment(evaluated, theirs, share))
