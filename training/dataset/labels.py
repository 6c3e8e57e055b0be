"""Labels of snapshots: won within the horizon, labelled or not, and what each weighs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from features.parsing.times import NAT, US_PER_DAY
from leadgate.arrays import Bools, Floats, Ints
from training.dataset.censoring import CLIP, censoring_survival, inverse_probability

if TYPE_CHECKING:
    from features.history.lead_history import LeadHistory
    from features.history.snapshots import Snapshots


NotWorked: TypeAlias = "Callable[[Ints, Ints, Ints], Floats]"

DELAY_QUANTILE = 0.95


@dataclass(frozen=True)
class Labels:
    """The label of each snapshot at the end of the data; every array has shape (n,).

    Attributes
    ----------
    y
        1 won within the horizon, 0 not, NaN where it is not known.
    weight
        For fitting: the snapshot's weight over the probability that its label was known by now
        (IPCW); 0 where it is not known or sales never worked the lead.
    evaluation_weight
        For evaluation: the snapshot's weight where the label had to be known by now (it is mature),
        else 0. Within a window no correction is needed then.
    known_at
        When the label came or comes to be known, on the time axis of the splits.
    matures_at
        From when on the label had to be known, on the same axis.
    mature_days
        The age at which a snapshot is mature: the horizon and the typical delay of recording; 0
        without a horizon.
    """

    y: Floats
    weight: Floats
    evaluation_weight: Floats
    known_at: Ints
    matures_at: Ints
    mature_days: float


def label(history: LeadHistory, snapshots: Snapshots, horizon_days: float | None) -> Labels:
    """Label snapshots with what is known at the end of the data.

    With a horizon H a snapshot's label is known once its outcome is recorded or its age has
    passed M = H + the 95 % quantile of the delays of recording; an earlier one weighs 1 / G(T*-)
    with T* = min(time to recording, M) and G the survival of the censoring among snapshots of
    like age. Without a horizon the label of every closed lead is known. Where the dates have no
    time of day, a close on the day of the snapshot counts. A lead that a gate handed
    off stands for those like it that it held back (`training.dataset.gate_weights`).
    """
    lead = snapshots.lead
    won, closed = history.won[lead], (history.won | history.lost)[lead]
    eligible = worked(history, snapshots)
    each = snapshots.weight * stands_for(history)[lead]
    if horizon_days is None:
        weight = np.where(eligible & closed, each, 0.0)
        y = np.where(closed, won * 1.0, np.nan)
        known_at = _known_at(history, snapshots)
        return Labels(y, weight, weight, known_at, known_at, 0.0)

    horizon = round(horizon_days * US_PER_DAY)
    mature_age = horizon + typical_delay(history)
    watched = history.ends[lead] - snapshots.as_of
    wait = np.where(
        closed, np.clip(_known_at(history, snapshots) - snapshots.as_of, 0, mature_age), mature_age
    )
    labelled = eligible & (wait <= watched)
    passed = history.closes[lead] - snapshots.as_of
    in_time = won & (passed >= (1 if history.has_clock else 0)) & (passed <= horizon)

    weight = np.zeros(lead.size)
    for group in _groups(history, snapshots):
        rows = group & eligible
        observed = np.minimum(wait, watched)[rows] / US_PER_DAY
        weight[rows] = inverse_probability(observed, ~labelled[rows], snapshots.weight[rows])
    return Labels(
        y=np.where(labelled, in_time * 1.0, np.nan),
        weight=weight * each,
        evaluation_weight=np.where(eligible & (watched >= mature_age), each, 0.0),
        known_at=snapshots.as_of + wait,
        matures_at=snapshots.as_of + mature_age,
        mature_days=mature_age / US_PER_DAY,
    )


def label_unworked(
    history: LeadHistory, snapshots: Snapshots, horizon_days: float, not_worked: NotWorked
) -> Labels:
    """Label snapshots before the first work: won within the horizon while nobody works the lead.

    As with `label`, but a first work before the outcome and within the horizon censors: what would
    have become of the lead is not known then. A label that is known weighs 1 / (G_end G_work), each
    clipped at 0.05 where it is estimated: G_end as in `label`, G_work the probability of not having
    been worked until the label was decided.

    Parameters
    ----------
    not_worked
        Returns G_work of leads, shape (n,), between two instants.
    """
    lead = snapshots.lead
    won, closed = history.won[lead], (history.won | history.lost)[lead]
    horizon = round(horizon_days * US_PER_DAY)
    mature_age = horizon + typical_delay(history)
    watched = history.ends[lead] - snapshots.as_of
    wait = np.where(
        closed, np.clip(_known_at(history, snapshots) - snapshots.as_of, 0, mature_age), mature_age
    )
    passed = history.closes[lead] - snapshots.as_of
    decided = np.where(closed, np.clip(passed, 0, horizon), horizon)
    first = history.first_worked[lead]
    # So long without an end that no lead waits for it.
    work = np.where(first == NAT, 2 * mature_age, np.maximum(first - snapshots.as_of, 0))
    work = np.where(work <= decided, work, 2 * mature_age)
    censored = (watched < wait) & (watched <= work)
    labelled = (wait <= watched) & (work > decided)
    in_time = won & (passed >= (1 if history.has_clock else 0)) & (passed <= horizon)

    inverse = np.zeros(lead.size)
    labelled_rows = np.flatnonzero(labelled)
    until = np.minimum(snapshots.as_of + decided, history.ends[lead])[labelled_rows]
    g_work = not_worked(lead[labelled_rows], snapshots.as_of[labelled_rows], until)
    g_work = np.maximum(g_work, CLIP)
    if history.held_back is not None:
        # What the gate drew by is known, need not be estimated, and has a smallest chance planned.
        logged = history.held_back[lead[labelled_rows]]
        g_work = np.where(np.isnan(logged), g_work, logged)
    inverse[labelled_rows] = snapshots.weight[labelled_rows] / g_work
    weight = np.zeros(lead.size)
    for group in _groups(history, snapshots):
        left = np.minimum(np.minimum(wait, watched), work)[group] / US_PER_DAY
        g_end = censoring_survival(left, censored[group], snapshots.weight[group]).before(
            wait[group] / US_PER_DAY
        )
        weight[group] = inverse[group] / np.maximum(g_end, CLIP)
    return Labels(
        y=np.where(labelled, in_time * 1.0, np.nan),
        weight=weight,
        evaluation_weight=np.where(watched >= mature_age, inverse, 0.0),
        known_at=snapshots.as_of + wait,
        matures_at=snapshots.as_of + mature_age,
        mature_days=mature_age / US_PER_DAY,
    )


def worked(history: LeadHistory, snapshots: Snapshots) -> Bools:
    """Return whether sales worked the lead: a lead never worked is not a negative.

    With handoffs known, a lead counts from its first work on, and a flat one, whose only snapshot
    is its creation, when it was worked at all; shape (n,).
    """
    lead = snapshots.lead
    result: Bools = ~history.unworked[lead]
    if history.has_handoffs:
        first = history.first_worked[lead]
        result &= (first != NAT) & (history.flat | (first <= snapshots.as_of))
    return result


def stands_for(history: LeadHistory) -> Floats:
    """Return how many leads each stands for: itself, and those that a gate held back; (n_leads,).

    The weight of training, evaluation and monitoring alike.
    """
    return np.ones(len(history)) if history.stands_for is None else history.stands_for


def _known_at(history: LeadHistory, snapshots: Snapshots) -> Ints:
    """Return when the outcome of each snapshot's lead was recorded; its order without dates."""
    dates = (history.closed != NAT) | (history.recorded != NAT)
    if not dates.any():
        return snapshots.order
    return history.known_at[snapshots.lead]


def typical_delay(history: LeadHistory) -> int:
    """Return how long after a lead is closed its outcome is recorded, microseconds."""
    given = (history.closed != NAT) & (history.recorded != NAT)
    delay = (history.recorded - history.closed)[given]
    return max(0, int(np.quantile(delay, DELAY_QUANTILE))) if delay.size else 0


def _groups(history: LeadHistory, snapshots: Snapshots) -> list[Bools]:
    """Part the snapshots by age and by whether sales just came to the lead.

    Old leads can be watched for less long and win at another rate than young ones.
    """
    age = (snapshots.as_of - history.created[snapshots.lead]) / US_PER_DAY
    first = np.isnan(snapshots.age_days)
    planned = np.unique(snapshots.age_days[~first])
    group = 2 * np.searchsorted(planned, age, side="right") + first
    return [group == code for code in np.unique(group)]
