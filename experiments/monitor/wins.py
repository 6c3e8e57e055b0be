"""Whether wins come as predicted: what matured, what is to come, and what the monitor can see."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.monitor.earlier import Given, given_earlier
from experiments.monitor.error_rate import PERIOD_DAYS
from experiments.monitor.evidence import NEEDED, Decided, evidence
from experiments.monitor.expected import Expected, expected
from experiments.monitor.matured import Calibration, Handoffs, calibration, decided
from experiments.monitor.misses import Misses, misses
from experiments.monitor.power import Power, power
from features.history.lead_history import LeadHistory
from features.parsing.times import US_PER_DAY
from leadgate.bundle.bundle import Bundle
from leadgate.jsonfile import json_values
from leadgate.model.calibration import logit


@dataclass(frozen=True)
class Wins:
    """What is known of the wins of a model's handoffs.

    Attributes
    ----------
    matured
        Predicted and actual wins of what matured; None before anything did.
    evidence
        That they differ, of what was decided since the training: 1 is none, from `NEEDED` on it is
        an alarm.
    power
        What the monitor can see with as many matured handoffs; None without any.
    expected
        Of the handoffs that are not mature, from readiness alone; None without any.
    earlier
        The scores given 90 days ago against what came.
    misses
        Who was scored low and won.
    path
        Where they are listed; None where they were not written.
    """

    matured: Calibration | None
    evidence: float = 1.0
    power: Power | None = None
    expected: Expected | None = None
    earlier: list[Given] = field(default_factory=list)
    misses: Misses | None = None
    path: Path | None = None

    @property
    def alarming(self) -> bool:
        """Whether wins surely do not come as predicted."""
        return self.evidence >= NEEDED

    def to_dict(self) -> dict[str, Any]:
        """Return the figures for JSON."""
        none = dict.fromkeys(("won", "expected", "observed", "ratio"))
        matured = {"leads": 0, **none} if self.matured is None else vars(self.matured)
        missed = self.misses
        return {
            **{name: json_values(value) for name, value in matured.items()},
            "alarm": self.alarming,
            "evidence": self.evidence,
            "evidence_needed": NEEDED,
            "power": json_values(self.power),
            "not_mature": json_values(self.expected),
            "given_90_days_ago": [given.to_dict() for given in self.earlier],
            "misses": None
            if missed is None
            else {
                "scored_low": missed.scored_low,
                "won": missed.won,
                "file": None if self.path is None else str(self.path),
            },
        }


def wins_of(
    bundle: Bundle, history: LeadHistory, handoffs: Handoffs, decisions: pd.DataFrame, since: int
) -> Wins:
    """Compare what a store decided with what became of it.

    Parameters
    ----------
    handoffs
        The first ones, of these decisions.
    decisions
        As `serving.store.StoredTables.decisions`, oldest first.
    since
        The end of the training's data, microseconds UTC; `NAT` without.
    """
    horizon = bundle.meta["horizon_days"]
    now = int(history.ends.max())
    bets, spread = decided(handoffs, horizon, since), spread_of(bundle, handoffs)
    grown = evidence(bets, spread)
    return Wins(
        matured=calibration(handoffs, horizon),
        evidence=float(grown[-1]) if grown.size else 1.0,
        power=_power(bets, spread, now - since, horizon),
        expected=expected(handoffs, horizon),
        earlier=given_earlier(history, decisions, horizon, now),
        misses=misses(bundle, history, decisions, horizon),
    )


def spread_of(bundle: Bundle, handoffs: Handoffs) -> float:
    """Return the standard error of the model's offset where its handoffs lie, on the log-odds.

    That of the calibration at their mean readiness; where the offset follows, as it was trained.
    """
    if not handoffs.readiness.size:
        return 0.0
    level = bundle.meta.get("level")
    calibrated = bundle.model.calibration
    if level is not None:
        return math.sqrt(float(level["variance"]))
    mean = float(np.clip(handoffs.readiness, 1e-6, 1 - 1e-6).mean())
    slope = calibrated.slope
    at = np.array([1.0, (float(logit(mean)) - calibrated.intercept) / slope if slope else 0.0])
    return math.sqrt(max(float(at @ calibrated.covariance @ at), 0.0))


def _power(bets: Decided, spread: float, since_us: int, horizon_days: float | None) -> Power | None:
    if not bets.won.size:
        return None
    days = since_us / US_PER_DAY - (horizon_days or 0.0)
    a_month = round(bets.won.size / max(days / PERIOD_DAYS, 1.0))
    return power(bets.readiness, max(a_month, 1), spread)
