"""Deciding while the store is away: without the past, within this replica's share of the week."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from features.parsing.times import now
from leadgate.policy import LeadState
from serving.decisions.ruling import Model, Names, Ruling, encode
from serving.idempotency import CallKey, RecentCalls
from serving.outage.availability import Availability
from serving.outage.spool_records import decision_record
from serving.scoring.answer import Assessed, joined

if TYPE_CHECKING:
    from serving.scoring.lead_request import ScoreRequest

_AWAY = "the store is away: decided without earlier calls, to be kept later"
_LOST = "the store is away and the disk is full: this decision is not kept"
_UNSEEN = "this week's handoffs were never seen, so that none is added to them"

log = logging.getLogger("leadgate.model")


class WithoutStore:
    """Takes decisions without the store and lets them wait on the disk."""

    def __init__(self) -> None:
        self._answered: RecentCalls[str] = RecentCalls()

    def forget(self) -> None:
        """Forget what was answered: the store knows it."""
        self._answered.clear()

    def decide(
        self,
        availability: Availability,
        model: Model,
        request: ScoreRequest,
        names: Names,
        key: CallKey,
    ) -> str:
        """Decide without earlier calls; parameters as in `Decider.decide`."""
        reader = model.scorer.reader
        before = self._answered.get(key)
        if before is not None:
            return before
        assessed = model.scorer.assess(reader.read(request))
        additions = asdict(assessed.record.additions)
        with availability.week.taking():
            ruling = _ruling(availability, model, assessed, names, key)
            row = ruling.row(0, encode(additions))
            if ruling.handed_off:
                availability.week.add(row["decided_at"], *ruling.handed_off)
            kept = availability.spool([decision_record(row, additions)])
        ruling.count()
        if not kept:
            log.error("A decision was lost: neither store nor disk take it.")
            return encode({**ruling.answer, "warnings": _LOST})
        self._answered.put(key, ruling.text)
        return ruling.text


def _ruling(
    availability: Availability, model: Model, assessed: Assessed, names: Names, key: CallKey
) -> Ruling:
    at, policy = now(), model.scorer.policy
    held = availability.week.held(at, [person.name for person in policy.team])
    state = LeadState(now=at, this_week=held.this_week, people=held.people)
    unseen = not held.seen and policy.capacity_per_week is not None
    warning = joined(_AWAY, _UNSEEN if unseen else "")
    return Ruling(model, assessed, state, names, key, warning)
