"""The leads as a model sees them: only at moments later than anything it has learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.bar import Bar
from experiments.alignment.lead_states import LeadStates
from features.parsing.times import NAT
from leadgate.arrays import Bools, Floats, Ints
from leadgate.policy import Bands
from training.dataset.even_sample import even_sample
from training.ensemble.fitted import Fitted
from training.promotion.verdict import NO_SIGNAL
from training.result import TrainingResult

MAX_SEEN = 20_000


@dataclass(frozen=True)
class Seen:
    """Leads at one moment each, and how ready they were; every array has shape (n,).

    `uplift` is what working them adds to their chance; None where that is not asked or not known.
    """

    lead: Ints
    readiness: Floats
    uplift: Floats | None = None


@dataclass(frozen=True)
class View:
    """A model that discriminates, and the readiness that it gives the leads.

    Attributes
    ----------
    bands
        Journey stages by readiness.
    bar
        Below it a lead is nowhere near buying.
    since
        What the model of `earlier` has learned ends here, on the history's axis of time.
    earlier
        The fit that was evaluated: it may be asked about any moment from `since` on.
    handoff, contact
        Leads when they were handed off, and when sales first worked them, from `since` on.
    now
        Leads that are open and not worked, at the end of the data, by the model that decides.
    """

    bands: Bands
    bar: Bar
    since: int
    earlier: Fitted
    handoff: Seen
    contact: Seen
    now: Seen

    def readiness(self, states: LeadStates, lead: Ints, as_of: Ints) -> Floats:
        """Return how ready leads were at instants from `since` on; shape (n,)."""
        return _readiness(self.earlier, states, lead, as_of)


def view_of(trained: TrainingResult, states: LeadStates) -> View | None:
    """Look at the leads through the model of a training run; None where it has no signal."""
    evaluation = trained.evaluation
    if trained.verdict == NO_SIGNAL or trained.evaluated is None or evaluation is None:
        return None
    since, earlier = evaluation.windows[-1].start, trained.evaluated
    open_ = ~(states.history.won | states.history.lost)
    idle = open_ & ~states.worked if states.knows_work else open_
    return View(
        bands=trained.policy.bands,
        bar=Bar.of(trained.policy, evaluation.base_rate),
        since=since,
        earlier=earlier,
        handoff=_seen(earlier, states, states.handed_off_at, since),
        contact=_seen(earlier, states, states.worked_at, since),
        now=_seen_now(trained.shipped, states, np.flatnonzero(idle)),
    )


def _seen_now(fitted: Fitted, states: LeadStates, lead: Ints) -> Seen:
    """Look at every one of some leads at the end of the data: they are counted and listed."""
    arms = fitted.model.unworked is not None
    readiness, uplift = np.empty(lead.size), np.empty(lead.size)
    for start in range(0, lead.size, MAX_SEEN):
        rows = slice(start, start + MAX_SEEN)
        some = lead[rows]
        X = fitted.feature_set.matrix(states.history, some, _now(states, some))
        readiness[rows] = fitted.model.readiness(X)
        if arms:
            uplift[rows] = fitted.model.uplift(X)[:, 1]
    return Seen(lead, readiness, uplift if arms else None)


def _seen(fitted: Fitted, states: LeadStates, instant: Ints, since: int) -> Seen:
    """Look at leads at an instant of each, of those that are late enough."""
    history = states.history
    if not history.dated:
        lead = _some(history.order >= since)
    else:
        lead = _some((instant != NAT) & (instant >= since))
        instant = np.maximum(instant, history.created)
    as_of = history.created if history.flat else instant
    return Seen(lead, _readiness(fitted, states, lead, as_of[lead]))


def _readiness(fitted: Fitted, states: LeadStates, lead: Ints, as_of: Ints) -> Floats:
    X = fitted.feature_set.matrix(states.history, lead, as_of)
    return fitted.model.readiness(X)


def _now(states: LeadStates, lead: Ints) -> Ints:
    history = states.history
    return history.created[lead] if history.flat else np.full(lead.size, history.until)


def _some(mask: Bools) -> Ints:
    """Return the marked leads, an even sample of them where they are very many."""
    return even_sample(np.flatnonzero(mask), MAX_SEEN)
