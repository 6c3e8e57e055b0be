"""Which activities and content come before a purchase, at each stage, and which never do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from experiments.alignment.lead_states import LeadStates
from experiments.alignment.view import MAX_SEEN, View
from experiments.figures.share import Share
from features.history.activities import NOTHING
from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Codes, Ints
from leadgate.policy.bands import STAGES
from training.dataset.even_sample import even_sample
from training.evaluation.breakdown import MIN_LEADS

MAX_NAMES = 15
LATELY_DAYS = 90


@dataclass(frozen=True)
class Touch:
    """One kind of activity or piece of content.

    `won` is the share of the leads that did it and were won afterwards; `stages` the same by the
    stage that the lead was in just before, with a model that discriminates.
    """

    name: str
    won: Share
    stages: dict[str, Share]


@dataclass(frozen=True)
class Touches:
    """All kinds of one sort, those before most purchases first.

    Attributes
    ----------
    everyone
        All leads that did anything of this sort.
    unrewarded, unused
        Kinds that no lead did before a purchase, and those that nobody did lately; without those
        so rare that they could point at a lead.
    """

    everyone: Touch
    kinds: list[Touch]
    unrewarded: list[str]
    unused: list[str]


@dataclass(frozen=True)
class _Acts:
    """The activities whose lead's outcome is labelled; every array has shape (n,)."""

    row: Ints
    lead: Ints
    as_of: Ints
    won: Bools


def touches(
    states: LeadStates,
    view: View | None,
    *,
    horizon_days: float | None,
    sales_types: Sequence[str],
) -> dict[str, Touches]:
    """Return what comes before a purchase, by ``activities`` and by ``content``.

    A lead counts once for each kind, by its first such activity before its outcome; with a
    horizon a purchase within it counts, and only activities so long before the end of the data;
    without one, closed leads only. What only sales does is left out.
    """
    activities = states.history.activities
    if not len(activities):
        return {}
    acts = _labelled(states, horizon_days, sales_types)
    if not acts.row.size:
        return {}
    stage = _stages(states, view, acts)
    sorts = {
        "activities": (activities.type.codes, activities.type.texts),
        "content": (activities.content.codes, activities.content.texts),
    }
    return {
        name: _touches(states, acts, stage, codes, names, sales_types)
        for name, (codes, names) in sorts.items()
        if any(n != NOTHING for n in names)
    }


def _labelled(states: LeadStates, horizon_days: float | None, sales_types: Sequence[str]) -> _Acts:
    history = states.history
    acts = history.activities
    lead, as_of = acts.owner, acts.occurred
    closes, won = history.closes[lead], history.won[lead]
    of_sales = acts.type.where(sales_types.__contains__)
    before = ~of_sales & ((closes == NAT) | (as_of < closes))
    if horizon_days is None:
        keep = before & (closes != NAT)
    else:
        horizon = round(horizon_days * US_PER_DAY)
        keep = before & (as_of + horizon <= history.until)
        won = won & (closes - as_of <= horizon)
    row = np.flatnonzero(keep)
    return _Acts(row, lead[row], as_of[row], won[row])


def _stages(states: LeadStates, view: View | None, acts: _Acts) -> Ints:
    """Return the stage of each activity's lead just before it; -1 where that is not known."""
    stage = np.full(acts.row.size, -1)
    if view is None:
        return stage
    late = even_sample(np.flatnonzero(acts.as_of >= view.since), MAX_SEEN)
    readiness = view.readiness(states, acts.lead[late], acts.as_of[late])
    stage[late] = np.searchsorted(view.bands.stages, readiness, side="right")
    return stage


def _touches(
    states: LeadStates,
    acts: _Acts,
    stage: Ints,
    codes: Codes,
    names: Sequence[str],
    sales_types: Sequence[str],
) -> Touches:
    code = codes[acts.row].astype(np.int64)
    given = np.array([name != NOTHING for name in names])
    by_count = np.argsort(-np.bincount(code, minlength=len(names)), kind="stable")
    shown = [int(k) for k in by_count if given[k] and (code == k).any()][:MAX_NAMES]
    masks = {"any of them": given[code], **{names[k]: code == k for k in shown}}
    everyone, *kinds = _kinds(states, acts, stage, masks)
    rewarded = np.bincount(code[acts.won], minlength=len(names)) > 0
    done = np.bincount(code, minlength=len(names)) >= MIN_LEADS
    recent = states.history.activities.occurred > states.history.until - LATELY_DAYS * US_PER_DAY
    lately = np.bincount(codes[recent], minlength=len(names)) > 0
    often = np.bincount(codes, minlength=len(names)) >= MIN_LEADS
    mine = [k for k in range(len(names)) if given[k] and often[k] and names[k] not in sales_types]
    return Touches(
        everyone=everyone,
        kinds=sorted(kinds, key=lambda touch: -touch.won.value),
        unrewarded=[names[k] for k in mine if done[k] and not rewarded[k]],
        unused=[names[k] for k in mine if not lately[k]],
    )


def _kinds(states: LeadStates, acts: _Acts, stage: Ints, masks: dict[str, Bools]) -> list[Touch]:
    kinds = []
    for name, mask in masks.items():
        staged = {
            title: _won_after(states, acts, mask & (stage == k)) for k, title in enumerate(STAGES)
        }
        stages = {title: share for title, share in staged.items() if share.of}
        kinds.append(Touch(name, _won_after(states, acts, mask), stages))
    return kinds


def _won_after(states: LeadStates, acts: _Acts, mask: Bools) -> Share:
    """Return the share of leads won after the first of their marked activities."""
    lead, first = np.unique(acts.lead[mask], return_index=True)
    won = states.marked(lead[acts.won[mask][first]])
    return states.accounts.share(won, states.marked(lead))
