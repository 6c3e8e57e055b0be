"""What a model says of the leads: only of moments later than anything it has learned from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from experiments.alignment.fates import Fates
from features.parsing.times import NAT
from leadgate.arrays import Bools, Floats, Ints
from leadgate.policy import Bands
from training.dataset.even_sample import even_sample
from training.ensemble.fitted import Fitted
from training.evaluation.evaluated import Evaluation
from training.learn import Learned
from training.promotion.verdict import NO_SIGNAL

MAX_SEEN = 20_000


@dataclass(frozen=True)
class Seen:
    """Leads at one moment each, and how ready they were; every array has shape (n,)."""

    lead: Ints
    readiness: Floats


@dataclass(frozen=True)
class View:
    """A model that tells leads apart, beside how it was judged.

    Attributes
    ----------
    bands
        Journey stages by readiness.
    since
        What the model of `earlier` has learned ends here, on the history's axis of time.
    earlier
        The fit that was judged: it may be asked about any moment from `since` on.
    sent, contact
        Leads when they were sent, and when sales first worked them, from `since` on.
    now
        Leads that are open and not worked, at the end of the data, by the model that decides.
    """

    bands: Bands
    since: int
    earlier: Fitted
    sent: Seen
    contact: Seen
    now: Seen

    def readiness(self, fates: Fates, lead: Ints, as_of: Ints) -> Floats:
        """Return how ready leads were at instants from `since` on; shape (n,)."""
        return _readiness(self.earlier, fates, lead, as_of)


def view_of(learned: Learned, fates: Fates) -> View | None:
    """Look at the leads through the model of a training run; None where it has no signal."""
    trained, evaluation = learned.trained, learned.trained.evaluation
    if trained.verdict == NO_SIGNAL or trained.evaluated is None or evaluation is None:
        return None
    since, earlier = evaluation.windows[-1].start, trained.evaluated
    open_ = ~(fates.history.won | fates.history.lost)
    idle = _some(open_ & ~fates.worked if fates.knows_work else open_)
    return View(
        bands=learned.policy.bands,
        since=since,
        earlier=earlier,
        sent=_seen(earlier, fates, fates.sent_at, since),
        contact=_seen(earlier, fates, fates.worked_at, since),
        now=Seen(idle, _readiness(trained.shipped, fates, idle, _now(fates, idle))),
    )


def judged_of(learned: Learned) -> Evaluation | None:
    """Return how the model of a run was judged, where it was and has a signal."""
    return None if learned.trained.verdict == NO_SIGNAL else learned.trained.evaluation


def _seen(fitted: Fitted, fates: Fates, instant: Ints, since: int) -> Seen:
    """Look at leads at an instant of each, of those that are late enough."""
    history = fates.history
    if not history.dated:
        lead = _some(history.order >= since)
    else:
        lead = _some((instant != NAT) & (instant >= since))
        instant = np.maximum(instant, history.created)
    as_of = history.created if history.flat else instant
    return Seen(lead, _readiness(fitted, fates, lead, as_of[lead]))


def _readiness(fitted: Fitted, fates: Fates, lead: Ints, as_of: Ints) -> Floats:
    X = fitted.feature_set.matrix(fates.history, lead, as_of)
    return fitted.model.readiness(X)


def _now(fates: Fates, lead: Ints) -> Ints:
    history = fates.history
    return history.created[lead] if history.flat else np.full(lead.size, history.until)


def _some(mask: Bools) -> Ints:
    """Return the marked leads, an even sample of them where they are very many."""
    return even_sample(np.flatnonzero(mask), MAX_SEEN)
