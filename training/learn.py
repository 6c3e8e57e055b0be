"""From tables to a judged model, before anything is written."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from features.history import LeadHistory
from features.tables import Tables
from features.times import NAT
from leadgate.bundle import Bundle
from leadgate.config import Config
from leadgate.errors import DataError
from leadgate.policy import Policy
from training import facts, verdict
from training.advice import Supply
from training.base_rate import base_rate_only
from training.baselines import base_rate_model
from training.compare import readiness_by
from training.date_probe import DateProbe
from training.digest import digest
from training.evaluation import evaluate
from training.evidence import Evidence, gather
from training.fit import WindowFit, fit_for_window, refit
from training.horizons import check_dates, check_reach
from training.incoming import capacity_share, learn_policy
from training.leaks import find_leaks
from training.limits import with_limits
from training.recipe import Sample, Settings
from training.result import NO_SIGNAL, Evaluation, Fitted, Trained, Tried
from training.search import Effort, Progress
from training.segments import outcomes, segment_rates
from training.shapes import explain, shapes
from training.splits import Span, test_span
from training.stability import first_reason_kept
from training.suspect import LeakReport
from training.tuning import Found


@dataclass(frozen=True)
class Champion:
    """The model that decides today."""

    bundle: Bundle
    version: str


@dataclass(frozen=True)
class Learned:
    """A training run, the policy that its score distribution gives, what it was run with and on."""

    trained: Trained
    policy: Policy
    settings: Settings
    history: LeadHistory


@dataclass(frozen=True)
class _Found:
    shipped: Fitted
    evaluated: Fitted | None
    evaluation: Evaluation | None
    evidence: Evidence | None
    tried: list[Tried]
    verdict: str
    why: str
    rows: int
    settings: Settings
    search: Found | None = None
    dates: DateProbe | None = None


def learn(
    config: Config,
    tables: Tables,
    *,
    keep: Collection[str] = (),
    champion: Champion | None = None,
    effort: Effort | None = None,
    progress: Progress | None = None,
) -> Learned:
    """Leave out suspected leaks, label, fit, judge and refit; equal input gives an equal model.

    Parameters
    ----------
    keep
        Columns and activities that stay features although they look like leaks or tell the date.
    effort
        How long to search for hyper-parameters; left out: as long as the data can bear.

    Raises
    ------
    DataError
        ``unknown_column``: `keep` names what the data do not have;
        ``one_class``; ``horizon_too_long`` with the longest horizon that works;
        ``one_kind_dated``; ``one_instant``.
    """
    begin = time.perf_counter()
    say = progress or (lambda _label, _share: None)
    say("labelling", 0.05)
    history, settings = tables.history(), Settings.of(config)
    leaks = find_leaks(history, config, keep)
    settings = settings.without(leaks.left_out("column"), leaks.left_out("activity"))
    sample = Sample.of(history, settings)
    too_few = verdict.too_few(*_kinds(sample, settings), Supply.of(history))
    if too_few:
        found = _unjudged(config, sample, settings, too_few)
    else:
        check_dates(history, settings)
        check_reach(sample, settings)
        found = _judged(config, sample, settings, champion, effort, keep, say)
    settings = found.settings
    found = replace(found, shipped=with_limits(found.shipped, history, settings))
    trained = _trained(config, tables, sample, found, leaks, time.perf_counter() - begin)
    before = None if champion is None else champion.bundle.policy
    policy = learn_policy(config, history, settings, found.shipped, before)
    return Learned(trained, policy, settings, history)


def _trained(
    config: Config,
    tables: Tables,
    sample: Sample,
    found: _Found,
    leaks: LeakReport,
    seconds: float,
) -> Trained:
    history, dated = sample.history, sample.history.dated
    explained = explain(found.shipped, sample)
    judged = None if found.evaluated is None else explain(found.evaluated, sample)
    return Trained(
        config=config,
        shipped=found.shipped,
        evaluated=found.evaluated,
        evaluation=found.evaluation,
        evidence=found.evidence,
        tried=found.tried,
        verdict=found.verdict,
        why=found.why,
        rows={
            "train": found.rows,
            "test": 0 if found.evaluation is None else found.evaluation.judged.y.size,
            "open": facts.lead_counts(history)["open"],
            "quarantined": tables.quarantine.count,
        },
        leads=facts.lead_counts(history),
        data_from=int(history.created.min()) if dated else NAT,
        data_until=history.until if dated else NAT,
        importance=facts.importance(explained),
        shapes=shapes(explained),
        first_reason_kept=first_reason_kept(explained, judged),
        left_out=facts.left_out(found.shipped.feature_set, config.columns, tables)
        | leaks.reasons()
        | (found.dates.reasons() if found.dates else {}),
        quarantine=tables.quarantine.summary(),
        notes=[
            *leaks.sentences(),
            *(found.dates.sentences() if found.dates else []),
            *tables.notes,
            *facts.notes(history, config.target.horizon_days),
            *facts.search_notes(found.search),
        ],
        digest=digest(tables),
        seconds=seconds,
        search=found.search,
        segments=segment_rates(
            outcomes(sample, found.shipped.feature_set, config.columns.segments)
        ),
        dates=found.dates,
    )


def _judged(
    config: Config,
    sample: Sample,
    settings: Settings,
    champion: Champion | None,
    effort: Effort | None,
    keep: Collection[str],
    say: Progress,
) -> _Found:
    span = test_span(sample.snapshots.order, sample.labels.judge_weight)
    assert span is not None
    before = fit_for_window(sample, span, settings, say, effort=effort, keep=keep)
    if before is None:
        return _unjudged(config, sample, settings, verdict.NOT_JUDGED)
    say("fitting on everything", 0.6)
    settings = before.settings(settings)
    shipped, members, oof = refit(sample, span, settings, before)
    say("judging", 0.75)
    evaluation = _evaluate(config, sample, span, before)
    evidence = None
    if champion is not None:
        say("comparing with the champion", 0.85)
        theirs = readiness_by(
            champion.bundle, sample, span, evaluation.judged, settings, before.found.tuning
        )
        evidence = gather(champion.version, evaluation, theirs)
    result, why = verdict.decide(evaluation, evidence, Supply.of(sample.history))
    if result == NO_SIGNAL:
        shipped = base_rate_only(sample, settings, oof)
    candidates = facts.tried(members, oof, before.oof)
    rows = before.members.rows
    return _Found(
        shipped, before.fitted, evaluation, evidence, candidates, result, why, rows, settings,
        before.found, before.dates,
    )  # fmt: skip


def _unjudged(config: Config, sample: Sample, settings: Settings, why: str) -> _Found:
    known = int((sample.labels.weight > 0).sum())
    shipped = base_rate_only(sample, settings, None, config.columns.segments)
    why = f"{why} {verdict.what_leads_get(shipped.base_rates_of)}"
    return _Found(shipped, None, None, None, [], NO_SIGNAL, why, known, settings)


def _evaluate(config: Config, sample: Sample, span: Span, before: WindowFit) -> Evaluation:
    wins = before.members.rate * before.members.rows
    base = base_rate_model(before.level, wins, before.members.rows)
    return evaluate(
        sample,
        span,
        before.fitted,
        before.oof,
        before.fits,
        base_rate=float(base.readiness(np.empty((1, 0)))[0]),
        share=capacity_share(config, sample.history),
        own_score=config.columns.own_score,
        segments=config.columns.segments,
    )


def _kinds(sample: Sample, settings: Settings) -> tuple[int, int]:
    """Return how many leads are known to have won, and not to have.

    Raises
    ------
    DataError
        ``one_class``, naming the kind that is missing.
    """
    labels, lead = sample.labels, sample.snapshots.lead
    known = labels.weight > 0
    winners = np.unique(lead[known & (labels.y == 1)])
    won, lost = winners.size, np.setdiff1d(lead[known & (labels.y == 0)], winners).size
    if won and lost:
        return won, lost
    within = f" within {settings.horizon_days:g} days" if settings.horizon_days else ""
    if won:
        found, check = f"all {won} closed leads that sales worked have won", "columns.lost"
    elif lost:
        found = f"none of the {lost} closed leads that sales worked has won{within}"
        check = "columns.won"
    else:
        found = "no closed lead was worked by sales and seen before its outcome"
        check = "columns.outcome, columns.closed_at"
    raise DataError(
        f"There is nothing to tell apart: {found}.",
        code="one_class",
        hint=f"Check {check} and columns.unworked, or export leads of both kinds.",
    )
