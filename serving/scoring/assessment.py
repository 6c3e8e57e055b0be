"""Assessment: rows of the feature matrix -> readiness, reasons, and why a lead has none."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.feature_set import FeatureSet
from leadgate.arrays import Floats, Texts
from leadgate.bundle.bundle import Bundle
from serving.scoring.reasons import N_REASONS, Reasons


@dataclass(frozen=True)
class Assessment:
    """What the model says of n leads.

    Attributes
    ----------
    readiness
        Shape (n, 3): readiness, low and high.
    reasons
        Shape (n, 5).
    doubts
        Shape (n,): why a lead cannot be assessed, "" where it can.
    arms
        Shape (n, 4): readiness_unworked, uplift, low and high; None where the model knows one arm.
    uplift_why
        Shape (n,): what speaks for working the lead, and what against it.
    log_odds
        Shape (n, 5): by how much each reason moved the log-odds; NaN for none.
    contributions
        Shape (n, p): what each feature moved; None where no reasons are given.
    """

    readiness: Floats
    reasons: Texts
    doubts: Texts
    arms: Floats | None
    uplift_why: Texts
    log_odds: Floats
    contributions: Floats | None


# Without signal no value speaks for a lead but by the leads that shared it.
_OF_BASE_RATES = "base rate where "


class Assessor:
    """Assesses leads by their features alone, one of a request as a million of a file.

    Parameters
    ----------
    bundle
        Its model and its limits.
    feature_set
        The columns of the matrix.
    signal
        Whether the policy trusts the model: without it no lead is in doubt, and the reasons name
        base rates.

    Attributes
    ----------
    reasons
        Turns contributions into sentences.
    """

    def __init__(self, bundle: Bundle, feature_set: FeatureSet, *, signal: bool) -> None:
        self._model, self._limits, self._signal = bundle.model, bundle.limits, signal
        self._moves = bundle.model.has_signal
        self._names = feature_set.names_
        what = "" if signal else _OF_BASE_RATES
        self.reasons = Reasons(feature_set.features_, feature_set.vocabularies_, what)

    def __call__(self, X: Floats, *, reasons: bool = True, doubt: str = "") -> Assessment:
        """Assess n leads.

        A lead in doubt has no readiness and no reason; `doubt` is one that all leads share.
        """
        nothing = np.full(len(X), "", dtype=object)
        arms, uplift_why, contributions = None, nothing.copy(), None
        if reasons and self._moves:
            log_odds, contributions = self._model.explain(X)
            texts, moved = self.reasons.strongest(X, contributions)
            if self._model.unworked is not None:
                arms, parts = self._model.explain_uplift(X, log_odds, contributions)
                uplift_why = self.reasons.difference(X, parts)
        else:
            log_odds = self._model.log_odds(X)
            texts = np.full((len(X), N_REASONS), "", dtype=object)
            moved = np.full((len(X), N_REASONS), np.nan)
            arms = None if self._model.unworked is None else self._model.uplift(X)
        readiness = self._model.calibration.band(log_odds)
        if not self._signal:
            return Assessment(readiness, texts, nothing, arms, uplift_why, moved, contributions)
        doubts = self._limits.doubts(X, readiness, self._names)
        if doubt:
            doubts[doubts == ""] = doubt
        in_doubt = doubts != ""
        if in_doubt.any():
            readiness[in_doubt] = np.nan
            texts[in_doubt] = uplift_why[in_doubt] = ""
            moved[in_doubt] = np.nan
            if contributions is not None:
                contributions[in_doubt] = 0.0
            if arms is not None:
                arms[in_doubt] = np.nan
        return Assessment(readiness, texts, doubts, arms, uplift_why, moved, contributions)
