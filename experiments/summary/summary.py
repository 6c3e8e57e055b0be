"""What a leader reads in thirty seconds: counts only, nothing of a single lead."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Self

from experiments.alignment.alignment import Alignment
from experiments.alignment.ready import ReadyLeads
from experiments.alignment.sources import Part
from experiments.summary.health import Health, health_of
from experiments.summary.worth import Worth
from leadgate.jsonfile import JsonValues
from serving.decisions.erasure import READY
from training.promotion.verdict import NO_SIGNAL

PAGE, DATA = "summary.html", "summary.json"


@dataclass(frozen=True)
class Funnel(JsonValues):
    """Some of the leads that were handed off, and what became of them.

    `contacted` and `fell_through` are None where the export does not say who was contacted, and
    `wait_days`, the median from the handoff to the first contact, where it does not say when.
    """

    name: str
    handed_off: int
    contacted: int | None
    won: int
    wait_days: float | None

    @classmethod
    def of(cls, part: Part, *, knows_work: bool) -> Funnel:
        """Return the counts of a part of the leads that were handed off."""
        wait = part.wait.value
        return cls(
            name=part.name,
            handed_off=part.leads,
            contacted=part.worked.count if knows_work else None,
            won=part.won.count,
            wait_days=wait if math.isfinite(wait) else None,
        )


@dataclass(frozen=True)
class Ready(JsonValues):
    """Open leads that nobody has contacted and that the gate hands off today.

    Attributes
    ----------
    leads, of
        How many, and how many are open and uncontacted in all.
    money
        What their wins are expected to bring; None where a win has no known value.
    by_uplift
        Whether that is what contacting them adds to what they would bring by themselves.
    weeks
        How many weeks of capacity they are; None without a capacity.
    file
        Lists them.
    """

    leads: int
    of: int
    money: float | None
    by_uplift: bool
    weeks: float | None
    file: str

    @classmethod
    def of_leads(cls, leads: ReadyLeads, capacity: float | None, file: str) -> Self:
        """Return the counts of such leads."""
        return cls(
            leads=leads.waiting.count,
            of=leads.waiting.of,
            money=leads.money,
            by_uplift=leads.by_uplift,
            weeks=leads.waiting.count / capacity if capacity else None,
            file=file,
        )


@dataclass(frozen=True)
class Summary(JsonValues):
    """The page; every figure of leads is of those handed off.

    Attributes
    ----------
    model, run_id
        Whose page it is.
    until
        The end of the data.
    signal, why
        Whether the model discriminates at all, and the verdict in words.
    capacity
        Handoffs a week that sales can take; None where it is not known.
    has_handoffs
        Whether the export says who was handed off; if not, all leads count.
    funnel, sources, people
        All of them, by source and by person.
    source
        The column that says where leads come from, "" for none.
    fell_through
        How many are ignored, abandoned, stalled or lost without contact; None: not known.
    ready
        None without a model that discriminates.
    worth
        None until `leadgate backtest` has measured it.
    """

    model: str
    run_id: str
    until: int
    signal: bool
    why: str
    capacity: float | None
    has_handoffs: bool
    funnel: Funnel
    source: str
    sources: tuple[Funnel, ...]
    people: tuple[Funnel, ...]
    fell_through: int | None
    ready: Ready | None
    health: Health
    worth: Worth | None = None


def summary_of(alignment: Alignment) -> Summary:
    """Return what a training run shows; what the gate is worth is measured later."""
    trained, states = alignment.trained, alignment.states

    def counts(part: Part) -> Funnel:
        return Funnel.of(part, knows_work=states.knows_work)

    fell, ready = alignment.fell_through, alignment.ready
    capacity = trained.config.policy.capacity
    return Summary(
        model=trained.config.tracking.model,
        run_id=trained.run_id,
        until=trained.data_until,
        signal=trained.verdict != NO_SIGNAL,
        why=trained.why,
        capacity=capacity,
        has_handoffs=states.history.has_handoffs,
        funnel=counts(alignment.handed_off),
        source=alignment.source,
        sources=tuple(map(counts, alignment.sources)),
        people=tuple(map(counts, alignment.people)),
        fell_through=None if fell is None else fell.all.count,
        ready=None if ready is None else Ready.of_leads(ready, capacity, READY),
        health=health_of(trained),
    )
