"""From tables to an evaluated model, before anything is written."""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass, replace

from features.history.lead_history import LeadHistory
from features.parsing.times import NAT
from features.tables import Tables
from leadgate.config import Config
from leadgate.policy import Policy
from leadgate.registry.mlflow_store import Progress
from training.challenger import build_challenger, unevaluated
from training.dataset.class_counts import class_counts
from training.dataset.closing_time import with_horizon
from training.dataset.horizons import check_dates, check_reach
from training.dataset.sample import Sample
from training.dataset.settings import Settings
from training.evaluation.importance import explain, shapes
from training.evaluation.stability import first_reason_kept
from training.leakage.probe import find_leaks
from training.leakage.suspect import LeakReport
from training.packaging.arrivals import learn_policy
from training.packaging.limits import with_limits
from training.promotion import verdict
from training.promotion.advice import Supply
from training.promotion.champion import Champion
from training.promotion.recipe import Recipe
from training.report import notes
from training.result import Challenger, Trained
from training.segments.segments import outcomes, segment_rates
from training.tracking.digest import digest


@dataclass(frozen=True)
class Learned:
    """A training run, the policy that its score distribution gives, and what it was run on."""

    trained: Trained
    policy: Policy
    history: LeadHistory


def learn(
    config: Config,
    tables: Tables,
    *,
    keep: Collection[str] = (),
    champion: Champion | None = None,
    progress: Progress | None = None,
) -> Learned:
    """Leave out suspected leaks, label, fit, evaluate and refit; equal input gives an equal model.

    Parameters
    ----------
    keep
        Columns and activities that stay features although they look like leaks.

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
    closed = Sample.of(history, settings)
    too_few = verdict.too_few(*class_counts(closed, settings), Supply.of(history))
    if not too_few:
        check_dates(history, settings)
        check_reach(closed, settings)
    settings = with_horizon(history, settings)
    sample, recipe = Sample.of(history, settings), Recipe.of(config, keep)
    if too_few:
        challenger = unevaluated(config, sample, settings, too_few)
    else:
        challenger = build_challenger(config, sample, settings, recipe, champion, say)
    challenger = replace(
        challenger,
        shipped=with_limits(challenger.shipped, history, challenger.settings),
        why=_with_leaks(challenger, leaks),
    )
    trained = _trained(config, tables, sample, challenger, leaks, time.perf_counter() - begin)
    trained = replace(trained, recipe=recipe)
    before = None if champion is None else champion.bundle.policy
    policy = learn_policy(config, history, challenger.settings, challenger.shipped, before)
    return Learned(trained, policy, history)


def _with_leaks(challenger: Challenger, leaks: LeakReport) -> str:
    """Return the reason of the verdict; where there is no signal with the columns left out."""
    if challenger.verdict != verdict.NO_SIGNAL:
        return challenger.why
    return f"{challenger.why} {leaks.for_no_signal()}".rstrip()


def _trained(
    config: Config,
    tables: Tables,
    sample: Sample,
    challenger: Challenger,
    leaks: LeakReport,
    seconds: float,
) -> Trained:
    history, dated = sample.history, sample.history.dated
    explained = explain(challenger.shipped, sample)
    run_notes = [
        *(f"{question.sentence}." for question in config.questions),
        *(challenger.proxies.sentences() if challenger.proxies else []),
        *notes.notes(history, challenger.settings.horizon_days, config.target.horizon_days),
    ]
    evaluated = None if challenger.evaluated is None else explain(challenger.evaluated, sample)
    leads = notes.lead_counts(history)
    rows = challenger.rows | {"open": leads["open"], "quarantined": tables.quarantine.count}
    return Trained(
        **{**vars(challenger), "rows": rows},
        config=config,
        leads=leads,
        data_from=int(history.created.min()) if dated else NAT,
        data_until=history.until if dated else NAT,
        importance=notes.importance(explained),
        shapes=shapes(explained),
        first_reason_kept=first_reason_kept(explained, evaluated),
        left_out=notes.left_out(challenger.shipped.feature_set, config.columns, tables)
        | leaks.reasons(),
        quarantine=tables.quarantine.summary(),
        notes=[*leaks.sentences(), *run_notes, *tables.notes],
        brief=[*leaks.brief(), *run_notes],
        digest=digest(tables),
        seconds=seconds,
        segments=segment_rates(
            outcomes(sample, challenger.shipped.feature_set, config.columns.segments)
        ),
    )
