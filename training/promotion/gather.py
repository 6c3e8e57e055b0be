"""Gathering the evidence: the same recipe is a refresh, another one has to be better."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from features.feature_set import FeatureSet
from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from leadgate.bundle.bundle import Bundle
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.ensemble.fitted import Fitted
from training.evaluation.evaluate import view
from training.evaluation.evaluated import Evaluation
from training.evaluation.importance import Explained, explain
from training.evaluation.stability import fact_shares, first_reason_kept
from training.fit import WindowFit
from training.promotion.champion import Champion, end_of_data
from training.promotion.compare import fit_of_recipe, readiness, shared_rows
from training.promotion.evidence import MIN_WINS, Evidence
from training.promotion.paired import SegmentGain, contest, segment_gains, take
from training.promotion.past import Past, past
from training.promotion.recipe import Recipe, of_the_outcome
from training.promotion.refresh import Refresh, strong_facts
from training.promotion.separation import Separation, falls, shared
from training.promotion.since import level_since
from training.promotion.written import AnyEvidence


def gather(
    champion: Champion, recipe: Recipe, sample: Sample, settings: Settings, ours: WindowFit,
    shipped: Fitted, evaluation: Evaluation, separation: Sequence[Separation], data_sha256: str,
) -> AnyEvidence:  # fmt: skip
    """Put a challenger beside the champion.

    Parameters
    ----------
    recipe, settings
        Of the challenger.
    ours, shipped
        Its fits before the test window, and the refit on everything.
    evaluation
        Of the former.
    separation
        Of the former, by segment.
    data_sha256
        Of the data that it was trained on.
    """
    changed = recipe.changed(Recipe.from_meta(champion.bundle.meta))
    outcome = of_the_outcome(changed)
    theirs = fit_of_recipe(champion.bundle, sample, ours, settings) if changed else ours
    if theirs is ours and not outcome:
        seen = past(champion, sample)
        asked = _same_fits(champion.version, changed) if changed else ""
        registered = _as_fitted(champion.bundle)
        now, then = explain(shipped, sample), explain(registered, sample)
        before = champion.evidence.get("separation", [])
        own_reasons, own_facts = _own(champion, sample, then)
        return Refresh(
            champion=champion.version,
            level=level_since(champion, sample, settings.horizon_days),
            segments=_segments(champion, sample, ours, evaluation),
            falls=falls(before, separation),
            first_reasons=first_reason_kept(now, then),
            separated=len(shared(before, separation)),
            facts=strong_facts(fact_shares(then), fact_shares(now)),
            own_reasons=own_reasons,
            own_facts=own_facts,
            columns=_other_columns(champion.version, registered, shipped),
            past=seen,
            data=_data(champion.bundle, sample.history, data_sha256),
            reason_asked=" ".join(filter(None, (asked, _other_past(champion.version, seen)))),
        )
    asked = _other_outcome(champion, outcome, settings.horizon_days) if outcome else ""
    if theirs is ours:
        return alike(champion.version, evaluation, asked)
    return beside(champion.version, sample, ours, theirs, evaluation, asked)


def beside(
    version: str, sample: Sample, ours: WindowFit, theirs: WindowFit | None,
    evaluation: Evaluation, asked: str = "",
) -> Evidence:  # fmt: skip
    """Put two recipes side by side, fitted on the same cut and parts.

    Parameters
    ----------
    version
        Of the champion.
    theirs
        The fits of its recipe; None where there are none.
    asked
        Why no figure can decide, "" where the figures do.
    """
    level = evaluation.metrics["calibration_in_the_large"]
    if theirs is None:
        return Evidence(version, None, [], level, asked)
    rows = shared_rows(ours, theirs)
    evaluated = take(evaluation.evaluated, np.searchsorted(ours.rows, rows))
    other = theirs.readiness(sample)[np.searchsorted(theirs.rows, rows)]
    overall = contest(evaluated, other, evaluation.capacity_share)
    return Evidence(version, overall, segment_gains(evaluated, other, MIN_WINS), level, asked)


def alike(version: str, evaluation: Evaluation, asked: str) -> Evidence:
    """Return the evidence where the champion's recipe, fitted to our outcomes, is our own fit."""
    level = evaluation.metrics["calibration_in_the_large"]
    return Evidence(version, None, [], level, asked, alike=True)


def _segments(
    champion: Champion, sample: Sample, ours: WindowFit, evaluation: Evaluation
) -> list[SegmentGain] | None:
    """Compare the fits of everything before either test window on what came after both."""
    bundle = champion.evaluated()
    if bundle is None or not bundle.meta.get("test_window"):
        return None
    rows = ours.rows[sample.snapshots.order[ours.rows] >= bundle.meta["test_window"][0]]
    columns = list(evaluation.evaluated.segments or {})
    evaluated = view(sample, rows, readiness(ours.fitted, sample, rows), columns)
    return segment_gains(evaluated, readiness(bundle, sample, rows), MIN_WINS, whole=True)


def _own(
    champion: Champion, sample: Sample, registered: Explained | None
) -> tuple[float, dict[str, float]]:
    """Return how far the champion and the fit that it was evaluated by agree on reasons and facts.

    The two differ in a fifth of the outcomes and more, a refresh in those of a week: what random
    variation does between the former is no damage between the latter.
    """
    bundle = champion.evaluated()
    if bundle is None:
        return math.nan, {}
    evaluated = explain(_as_fitted(bundle), sample)
    shares, before = fact_shares(registered), fact_shares(evaluated)
    left = {
        name: min(share, before.get(name, 0.0)) / max(share, before.get(name, 0.0))
        for name, share in shares.items()
        if share > 0
    }
    return first_reason_kept(registered, evaluated), left


def _as_fitted(bundle: Bundle) -> Fitted:
    features = FeatureSet.from_dict(bundle.features)
    ends = np.full(len(features.features_), np.nan)
    return Fitted(features, bundle.model, ends, ends)


def _other_columns(version: str, champion: Fitted, shipped: Fitted) -> str:
    """Say which columns and activities only one of them looks at."""
    before, now = ({f.source for f in fit.feature_set.features_} for fit in (champion, shipped))
    parts = [
        f"{what}: {', '.join(sorted(names))}"
        for what, names in (("new among the features", now - before), ("gone", before - now))
        if names
    ]
    return f" Against version {version} {'; '.join(parts)}." if parts else ""


def _data(champion: Bundle, history: LeadHistory, data_sha256: str) -> str:
    """Say what a refresh was fitted on, beside the champion's data."""
    if champion.meta.get("data_sha256") == data_sha256:
        return "the same data"
    end = end_of_data(champion)
    if not history.dated or end == NAT:
        return "other data"
    if history.until > end:
        return "newer data"
    where = "where the champion's do" if history.until == end else "before the champion's do"
    return f"other data, which end {where}"


def _other_outcome(champion: Champion, keys: Sequence[str], horizon_days: float | None) -> str:
    theirs = champion.bundle.meta["horizon_days"]
    horizons = ""
    if theirs != horizon_days:
        ours, of_champion = (f"{d:g} days" if d else "no horizon" for d in (horizon_days, theirs))
        horizons = f" A win counts within {ours} here and within {of_champion} there."
    return (
        f"Its outcomes are defined otherwise than those of champion version {champion.version} "
        f"({', '.join(keys)}): no figure says which definition is right, and the log losses of the "
        f"two as they were trained cannot be compared.{horizons}"
    )


def _other_past(version: str, seen: Past) -> str:
    if not seen.changed:
        return ""
    return (
        f"The past that champion version {version} was trained on reads otherwise in this export: "
        f"{seen.changed}. No figure says whether that was corrected or damaged."
    )


def _same_fits(version: str, keys: Sequence[str]) -> str:
    return (
        f"It differs from champion version {version} in {', '.join(keys)}, and its fits on this "
        "export are the same: no figure can show that it is better."
    )
