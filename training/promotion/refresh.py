"""What is asked of a model that makes no claim of being better: that nothing got worse.

1. Level: the 90 % interval of the predicted-to-actual ratio of the wins that matured since the
   champion's data ended, each predicted by the champion of its time, meets 0.9 to 1.1.
2. Segments: on the newest leads, which neither has seen, no segment is worse than by the fit that
   the champion was evaluated by.
3. Separation: in the forward windows, no segment is ranked worse than when the champion was
   trained: history that came back damaged shows here, not in 2, where both are evaluated on it.
4. First reasons: the model that ships names the same first reason as the champion for most leads.
   Where the champion and the fit that it was evaluated by agree for fewer, for no fewer than that.
5. Past: what the champion saw when it was trained reads the same in this export
   (`training.promotion.past`). Where it does not, a reviewer says why: it may have been corrected.
6. Facts: none that made 5 % of what moves leads has lost 30 % of its share, nor more than between
   the champion and the fit that it was evaluated by. A column whose values were given to the wrong
   leads goes silent here before it costs a first reason.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leadgate.jsonfile import json_values
from training.promotion.evidence import CALIBRATED, HARM, MIN_WINS, calibrated
from training.promotion.paired import SegmentGain
from training.promotion.past import Past
from training.promotion.separation import Fall
from training.promotion.since import Level

# Of a fact that made so much of what moved leads, so much has to be left.
STRONG_FACT, FACT_LEFT = 0.05, 0.7
# Quiet weeks and broken columns lie on either side (docs/decisions/0050).
SAME_FIRST_REASON = 0.7
_LEVEL, _SEGMENTS = "level on what matured since", "segments on the newest leads"
_SEPARATION, _REASONS = "separation in the forward windows", "same first reason"
_FACTS = f"facts that made {STRONG_FACT:.0%} of what moves leads"
_PAST = "the champion's past, read again"


@dataclass(frozen=True)
class Refresh:
    """What was found, part by part.

    Attributes
    ----------
    champion
        Its version.
    level
        On what matured since.
    segments
        Those with wins enough, all leads among them, on the leads that neither fit has seen; None
        where the fit that the champion was evaluated by is gone.
    falls
        Segments, all leads among them, that are ranked worse than when the champion was trained.
    separated
        How many could be compared so; 0 where the champion's training wrote nothing down.
    first_reasons
        In which share of the snapshots both name the same first reason; NaN where one has none.
    facts
        (share by the champion, share now) of each fact that was strong, by name.
    own_reasons, own_facts
        The same two between the champion and the fit that it was evaluated by: in which share of
        the snapshots they name the same first reason, and what is left of each fact. Less is not
        asked of a refresh. NaN and empty where that fit is gone.
    columns
        What is a feature of one of them only, as a sentence; "" where that is nothing.
    past
        What the champion saw when it was trained, read again in this export.
    data
        What it was fitted on, beside the champion's data.
    reason_asked
        Why no figure can decide: the recipes differ and the fits do not, or the past reads
        otherwise; "" where neither is so.
    """

    champion: str
    level: Level
    segments: list[SegmentGain] | None
    falls: list[Fall]
    first_reasons: float
    separated: int = 0
    facts: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    own_reasons: float = math.nan
    own_facts: Mapping[str, float] = field(default_factory=dict)
    columns: str = ""
    past: Past = field(default_factory=Past)
    data: str = "newer data"
    reason_asked: str = ""

    @property
    def refusal(self) -> str:
        """The code by which the gate refuses; "" where it has no objection."""
        return HARM if self.objections() else ""

    def objections(self) -> list[str]:
        """Return what got worse, each as part of a sentence; empty: nothing."""
        return [
            *self._of_level(),
            *(_of_segment(segment) for segment in self.segments or [] if segment.high < 0),
            *(fall.in_words() for fall in self.falls),
            *self._of_reasons(),
            *(
                f"{name} made {before:.0%} of what moves leads, and makes {now:.0%} of it now"
                for name, (before, now) in self._silent().items()
            ),
        ]

    def checks(self) -> list[tuple[str, str]]:
        """Return each check with what was found, for people to read."""
        findings = self._findings()
        unmade = self._unmade()
        return [
            (name, f"not checked: {unmade[name]}" if name in unmade else finding)
            for name, finding in findings.items()
        ]

    def not_made(self) -> list[str]:
        """Name the checks that could not be made, each with its reason."""
        return [f"{name} ({why})" for name, why in self._unmade().items()]

    def _findings(self) -> dict[str, str]:
        ratio, worse = self.level.ratio, [s for s in self.segments or [] if s.high < 0]
        level = "" if ratio is None else (
            f"{ratio.value:.2f} wins predicted for each actual one ({ratio.low:.2f} to "
            f"{ratio.high:.2f}), of {self.level.wins}"
        )  # fmt: skip
        return {
            _LEVEL: level,
            _SEGMENTS: f"{len(self.segments or [])} with {MIN_WINS} wins, all leads among them; "
            f"{_none_or(len(worse))} worse",
            _SEPARATION: f"{self.separated} compared, all leads among them; "
            f"{_none_or(len(self.falls))} ranked worse",
            _FACTS: f"{len(self.facts)}, {_none_or(len(self._silent()))} went silent",
            _PAST: self.past.changed or "as it was",
            _REASONS: f"{self.first_reasons:.0%} of the leads keep it",
        }

    def _unmade(self) -> dict[str, str]:
        """Return why a check could not be made, by its name."""
        gone = "the fit that the champion was evaluated by is gone"
        whys = {
            _LEVEL: self.level.why_not if self.level.ratio is None else "",
            _SEGMENTS: gone if self.segments is None else (
                "" if self.segments else f"fewer than {MIN_WINS} wins came after both test windows "
                "began"
            ),
            _SEPARATION: "" if self.separated else "the champion's training wrote none down",
            _FACTS: "" if self.facts else "the champion had none",
            _PAST: "what the champion saw in its test window is not known"
            if self.past.then is None else "",
            _REASONS: "one of them gives none" if math.isnan(self.first_reasons) else "",
        }  # fmt: skip
        return {name: why for name, why in whys.items() if why}

    def to_dict(self) -> dict[str, Any]:
        """Return the evidence as JSON values."""
        level = self.level
        ratio = None if level.ratio is None else level.ratio.to_dict()
        return {
            "champion": self.champion,
            "refresh": {
                "level": {"wins": level.wins, "predicted_to_actual": ratio},
                "segments": json_values(self.segments),
                "falls": json_values(self.falls),
                "first_reasons": json_values(self.first_reasons),
                "facts": {name: list(shares) for name, shares in self.facts.items()},
                "bound_of_first_reasons": self.reasons_asked,
                "columns": self.columns,
                "past": json_values(self.past),
                "not_made": self.not_made(),
                "data": self.data,
            },
        }

    @property
    def reasons_asked(self) -> float:
        """The share of leads that have to keep their first reason."""
        return min(SAME_FIRST_REASON, self.own_reasons if self.own_reasons >= 0 else 1.0)

    def _silent(self) -> dict[str, tuple[float, float]]:
        return {
            name: (then, now)
            for name, (then, now) in self.facts.items()
            if now < min(FACT_LEFT, self.own_facts.get(name, 1.0)) * then
        }

    def _of_level(self) -> list[str]:
        ratio = self.level.ratio
        if ratio is None or calibrated(ratio):
            return []
        return [
            f"of the {self.level.wins} wins that matured since, the champions predicted "
            f"{ratio.value:.2f} for each actual one ({ratio.low:.2f} to {ratio.high:.2f}), and "
            f"{CALIBRATED[0]} to {CALIBRATED[1]} is asked for"
        ]

    def _of_reasons(self) -> list[str]:
        # A model that names no reason fails nothing here: that is said as a check not made.
        if not self.first_reasons < self.reasons_asked:
            return []
        return [
            f"only {self.first_reasons:.0%} of the leads keep their first reason, and "
            f"{self.reasons_asked:.0%} is asked for"
        ]


def _none_or(number: int) -> str:
    return "none" if number == 0 else str(number)


def strong_facts(
    before: Mapping[str, float], now: Mapping[str, float]
) -> dict[str, tuple[float, float]]:
    """Return both shares of each fact that was strong; what is gone has none."""
    return {
        name: (share, now.get(name, 0.0)) for name, share in before.items() if share >= STRONG_FACT
    }


def _of_segment(segment: SegmentGain) -> str:
    return f"{segment.where} its log loss is higher: the gain is {segment.ends}"
