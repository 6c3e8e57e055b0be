"""Why a score moved since the decision before: facts, time, model or policy.

The score is the distance from the line, logit(readiness) - logit(threshold). Facts, time and model
move the readiness, the policy with the capacity of the week moves the threshold. Each factor gets
its Shapley value (Shapley 1953): what switching it from then to now adds, averaged over every order
in which the four can be switched. The parts add up to the change.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass
from itertools import product
from typing import NamedTuple

from leadgate.policy.decision import REVIEW
from leadgate.policy.week import US_PER_DAY

# Of readiness and threshold: a threshold that nothing reaches has no log-odds.
CLIP = 1e-6
FACTORS = ("facts", "time", "model", "policy")
IMPROVING, DECLINING, STEADY, UNKNOWN = "improving", "declining", "steady", "not enough info"
# Log-odds.
MOVES = 0.25
_NEAREST_DAYS, _OLDER_THAN_DAYS = 30.0, 7.0
# Of a subset of k of the other three factors: k! (3 - k)! / 4!
_WEIGHTS = (1 / 4, 1 / 12, 1 / 12, 1 / 4)
_SHOWN = 0.005

# (facts, time, model, policy), each as of now where True, else as of then -> the score.
Score = Callable[[bool, bool, bool, bool], float]


def clipped_log_odds(probability: float | None) -> float:
    """Return the log-odds of a probability, clipped at 1e-6 and 1 - 1e-6; NaN of none."""
    if probability is None or math.isnan(probability):
        return math.nan
    p = min(max(probability, CLIP), 1.0 - CLIP)
    return math.log(p) - math.log1p(-p)


def above_line(readiness: float | None, threshold: float | None) -> float:
    """Return how far a readiness lies above a threshold, on the log-odds; NaN where one is none."""
    return clipped_log_odds(readiness) - clipped_log_odds(threshold)


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """What each factor added to the score since the decision before, on the log-odds."""

    facts: float
    time: float
    model: float
    policy: float

    @property
    def total(self) -> float:
        """The change of the score."""
        return math.fsum(astuple(self))

    def in_words(self) -> str:
        """Return the parts in words, the largest first, without those below half a hundredth."""
        parts = zip(FACTORS, astuple(self), strict=True)
        moved = [(name, by) for name, by in parts if abs(by) >= _SHOWN]
        moved.sort(key=lambda part: -abs(part[1]))
        return ", ".join(f"{name} {by:+.2f}" for name, by in moved) or "nothing moved it"


def change_of(score: Score) -> ScoreChange:
    """Split the change of a score from then to now; 16 evaluations.

    Parameters
    ----------
    score
        Called once with every choice of then and now.

    Returns
    -------
    ScoreChange
        NaN throughout where any of the scores is.
    """
    values = {chosen: score(*chosen) for chosen in product((False, True), repeat=len(FACTORS))}
    parts = []
    for factor in range(len(FACTORS)):
        terms = []
        for others in product((False, True), repeat=len(FACTORS) - 1):
            off, on = (values[(*others[:factor], now, *others[factor:])] for now in (False, True))
            terms.append(_WEIGHTS[sum(others)] * (on - off))
        parts.append(math.fsum(terms))
    return ScoreChange(*parts)


class Scored(NamedTuple):
    """One decision on a lead: when it was seen (microseconds, UTC), how ready, what was decided."""

    as_of: int
    readiness: float | None
    decision: str

    @property
    def log_odds(self) -> float:
        """Of the readiness; NaN for a review."""
        return math.nan if self.decision == REVIEW else clipped_log_odds(self.readiness)


def trend(now: Scored, before: Sequence[Scored]) -> str:
    """Return whether a lead improves: its log-odds now against about 30 days before.

    Parameters
    ----------
    before
        The earlier decisions, in any order. The one nearest to 30 days before counts, of those
        more than 7 days old; of two as near the older one.

    Returns
    -------
    str
        `IMPROVING` or `DECLINING` beyond 0.25, else `STEADY`; `UNKNOWN` without such a decision,
        or for a review.
    """
    old = [
        (abs(age - _NEAREST_DAYS), -age, scored.log_odds)
        for scored in before
        if (age := (now.as_of - scored.as_of) / US_PER_DAY) > _OLDER_THAN_DAYS
        and not math.isnan(scored.log_odds)
    ]
    if not old or math.isnan(now.log_odds):
        return UNKNOWN
    moved = now.log_odds - min(old)[-1]
    if abs(moved) <= MOVES:
        return STEADY
    return IMPROVING if moved > 0 else DECLINING
