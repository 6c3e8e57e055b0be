"""Everything that sales and marketing look at together, computed before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.alignment.audiences import AccountLists, Audiences, audiences
from experiments.alignment.catalogue import Catalogue, Content, content_of, suggestions
from experiments.alignment.fell_through import FellThrough, fell_through
from experiments.alignment.journey import Journey, journey
from experiments.alignment.lead_states import LeadStates, lead_states
from experiments.alignment.overlap import Overlap, overlaps
from experiments.alignment.ready import ReadyLeads, decide_now, ready_leads
from experiments.alignment.signs import Signs
from experiments.alignment.sources import (
    Part,
    all_handed_off,
    by_person,
    by_source,
    by_week,
    source_column,
)
from experiments.alignment.speed import Speed, speed
from experiments.alignment.touches import Touches, touches
from experiments.alignment.view import view_of
from experiments.figures.share import Share
from leadgate.config import Config
from training.evaluation.gain import Line, at_threshold, lines
from training.promotion.verdict import NO_SIGNAL
from training.result import TrainingResult


@dataclass(frozen=True)
class PolicyLines:
    """Who is handed off by several policies on the test window, and how many of them win.

    Attributes
    ----------
    leads
        How many leads the window evaluates (a sum of weights).
    lines
        At the weekly capacity; the gate first, sending everything last.
    reached, threshold
        What reaches the threshold of the registered model; None where leads are ranked by uplift.
    """

    leads: float
    lines: list[Line]
    reached: Line | None
    threshold: float


@dataclass(frozen=True)
class Alignment:
    """What became of the leads that marketing handed off, and what a gate would have changed.

    Attributes
    ----------
    states
        The state of every lead.
    state_shares
        Share of all leads in each state, in the order of ``states.possible``.
    never_worked
        Of all leads, those that sales never worked.
    handed_off
        The leads that were handed off; `sources`, `people` and `weeks` are their parts.
    ready
        The open, uncontacted leads that the gate hands off today; None without a model that
        discriminates.
    content, suggestions
        What became of the catalogue, and what to send the leads that stay with marketing; None
        without a catalogue, and the latter without a model that discriminates.
    audiences
        None where neither target accounts nor customers are named.
    base
        Of the leads that sales worked to an end, the share that was won: the win rate of handing
        off every lead.
    policies, journey, fell_through, speed
        None where the export or the model does not show it.
    """

    trained: TrainingResult
    states: LeadStates
    state_shares: list[Share]
    never_worked: Share
    handed_off: Part
    source: str
    sources: list[Part]
    people: list[Part]
    weeks: list[Part]
    speed: Speed | None
    base: Share
    policies: PolicyLines | None
    journey: Journey | None
    overlaps: list[Overlap]
    touches: dict[str, Touches]
    fell_through: FellThrough | None
    ready: ReadyLeads | None
    content: Content | None
    suggestions: pd.DataFrame | None
    audiences: Audiences | None


def align(
    config: Config,
    trained: TrainingResult,
    signs: Signs,
    catalogue: Catalogue | None = None,
    lists: AccountLists | None = None,
) -> Alignment:
    """Put together what marketing handed off, what sales did with it and what the model says.

    Parameters
    ----------
    config
        Of the data set.
    trained
        A training run on it.
    signs
        Which leads sales gave up or accepted.
    catalogue, lists
        The content that there is, and the accounts that marketing and sales name; None without.
    """
    history = trained.history
    patience = config.policy.recycle_after_days
    states = lead_states(history, signs.abandoned(history), signs.accepted(history), patience)
    view = view_of(trained, states)
    everyone = np.ones(len(history), dtype=bool)
    source = source_column(states, config.columns.segments)
    accounts, closed = states.accounts, history.won | history.lost
    done = touches(
        states,
        view,
        horizon_days=config.target.horizon_days,
        sales_types=config.data.sales_types,
    )
    content = content_of(catalogue, states, done.get("content"))
    decided = None if view is None else decide_now(view, states, trained.policy)
    return Alignment(
        trained=trained,
        states=states,
        state_shares=accounts.shares([states.is_in(s.key) for s in states.possible], everyone),
        never_worked=accounts.share(~states.worked, everyone),
        handed_off=all_handed_off(states),
        source=source,
        sources=by_source(states, source),
        people=by_person(states),
        weeks=by_week(states),
        speed=speed(states),
        base=accounts.share(history.won, states.worked & closed),
        policies=_policies(trained),
        journey=journey(view, states),
        overlaps=overlaps(states, config.columns.segments),
        touches=done,
        fell_through=fell_through(states),
        ready=ready_leads(decided, view, states, trained.policy) if view and decided else None,
        content=content,
        suggestions=suggestions(content, decided, view, states)
        if content and decided and view
        else None,
        audiences=audiences(lists, states, config.columns.segments),
    )


def _policies(trained: TrainingResult) -> PolicyLines | None:
    evaluation, policy = trained.evaluation, trained.policy
    if evaluation is None or trained.verdict == NO_SIGNAL:
        return None
    of, evaluated = lines(evaluation), evaluation.evaluated
    reached = None if policy.by_uplift else at_threshold(evaluated, policy.threshold)
    return PolicyLines(float(evaluated.weight.sum()), of, reached, policy.threshold)
