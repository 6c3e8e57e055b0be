"""From tables to an evaluated model, stage by stage, before anything is written."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import replace

from features.parsing.times import NAT
from features.tables import Tables
from leadgate.config import Config
from leadgate.policy import rules_of
from leadgate.registry.mlflow_store import Progress
from training.challenger import (
    evaluation_of,
    evidence_against,
    shipped,
    unevaluated,
)
from training.evaluation.importance import explain, shapes
from training.evaluation.stability import first_reason_kept
from training.fit import fit_for_window, refit
from training.packaging.arrivals import arriving, capacity_share, learn_policy
from training.packaging.importance import importance
from training.packaging.limits import with_limits
from training.prepare import DataSet, prepare
from training.promotion.champion import Champion
from training.promotion.separation import separations
from training.report import notes
from training.report.arm_notes import arm_notes
from training.result import Challenger, TrainingResult
from training.segments.segments import outcomes, segment_rates
from training.tracking.digest import digest
from training.validation.windows import test_window


def learn(
    config: Config,
    tables: Tables,
    *,
    keep: Collection[str] = (),
    champion: Champion | None = None,
    progress: Progress | None = None,
) -> TrainingResult:
    """Leave out suspected leaks, label, fit, evaluate and refit; equal input gives an equal model.

    Parameters
    ----------
    keep
        Columns and activities that stay features although they look like leaks.
    champion
        Who is compared with; None: nobody decides yet.

    Raises
    ------
    DataError
        ``unknown_column``: `keep` names what the data do not have;
        ``one_class``; ``horizon_too_long`` with the longest horizon that works;
        ``one_kind_dated``; ``one_instant``.
    """
    begin, say = time.perf_counter(), progress or (lambda _label, _share: None)
    data_sha256 = digest(tables)
    segments = config.columns.segments
    say("labelling", 0.05)
    data = prepare(config, tables.history(), keep)
    labels, order = data.sample.labels, data.sample.snapshots.order
    window = test_window(order, labels.evaluation_weight)
    fits = None
    if window is not None and not data.too_few:
        say("preparing the forward windows", 0.1)
        fits = fit_for_window(data.sample, window, data.settings, say)
    if fits is None:
        challenger = unevaluated(data, window, segments)
    else:
        say("evaluating", 0.75)
        own, share = config.columns.own_score, capacity_share(config, data.history)
        evaluation = evaluation_of(data, fits, own=own, segments=segments, share=share)
        separation = separations(data.sample, fits.oof, segments)
        say("fitting on everything", 0.8)
        again = refit(data.sample, data.settings, fits)
        say("comparing with the champion", 0.85)
        evidence = evidence_against(
            champion, data, fits, again, evaluation, separation, data_sha256
        )
        challenger = shipped(data, fits, again, evaluation, evidence, separation)
    result = _result(config, tables, data, challenger, champion, data_sha256)
    return replace(result, seconds=time.perf_counter() - begin)


def _result(
    config: Config,
    tables: Tables,
    data: DataSet,
    challenger: Challenger,
    champion: Champion | None,
    data_sha256: str,
) -> TrainingResult:
    """Describe what was learned, and from what."""
    history, sample, fitted = data.history, data.sample, challenger.shipped
    X = arriving(fitted, history, data.settings.ages_days, rules_of(config.policy))
    policy = None if champion is None else champion.bundle.policy
    explained = explain(fitted, sample)
    evaluated = None if challenger.evaluated is None else explain(challenger.evaluated, sample)
    run_notes = [
        *(f"{question.sentence}." for question in config.questions),
        *(challenger.proxies.sentences() if challenger.proxies else []),
        *([challenger.following.sentence] if challenger.following else []),
        *challenger.fallbacks,
        *notes.notes(history, data.settings.horizon_days, config.target.horizon_days),
        *arm_notes(sample.unworked, fitted, config.policy.rank_by),
    ]
    leads, leaks = notes.lead_counts(history), data.leaks
    more = {"open": leads["open"], "quarantined": tables.quarantine.count}
    by_segment = outcomes(sample, fitted.feature_set, config.columns.segments)
    left_out = notes.left_out(fitted.feature_set, config.columns, tables) | leaks.reasons()
    challenger = replace(challenger, shipped=with_limits(fitted, X), rows=challenger.rows | more)
    return TrainingResult(
        **vars(challenger),
        config=config,
        history=history,
        policy=learn_policy(config, history, fitted, X, policy),
        leads=leads,
        data_from=int(history.created.min()) if history.dated else NAT,
        data_until=history.until if history.dated else NAT,
        importance=notes.importance(explained),
        column_importance=importance(fitted, X),
        shapes=shapes(explained),
        first_reason_kept=first_reason_kept(explained, evaluated),
        left_out=left_out,
        quarantine=tables.quarantine.summary(),
        notes=[*leaks.sentences(), *run_notes, *tables.notes],
        brief=[*leaks.brief(), *run_notes],
        digest=data_sha256,
        seconds=0.0,
        segments=segment_rates(by_segment),
    )
