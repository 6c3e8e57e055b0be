"""A summary of made-up counts, and what a backtest measured of it."""

from __future__ import annotations

from dataclasses import replace

from experiments.summary.health import Health
from experiments.summary.summary import Funnel, Ready, Summary
from experiments.summary.worth import Range, Worth

ALL = Funnel("all", 2000, 761, 277, 25.1)
PARTS = tuple(Funnel(name, 500, 100 + k, 10 + k, 3.0 + k) for k, name in enumerate("abcd"))
MEASURED = Worth(
    capacity=32,
    weeks=40,
    rival="sales_as_it_was",
    rival_a_week=45.2,
    wins=Range(14.2, 8.1, 20.4),
    profit=Range(65_123.0, 32_123.0, 98_222.0),
    all_leads=True,
    proven=True,
)


def summary(**changed) -> Summary:
    """A model that discriminates, with handoffs; what it is worth is not measured."""
    made = Summary(
        model="lead-readiness",
        run_id="",
        until=1_767_657_455_000_000,
        signal=True,
        why="AUC 0.73.",
        capacity=19.0,
        has_handoffs=True,
        funnel=ALL,
        source="LeadSource",
        sources=PARTS,
        people=PARTS[:2],
        fell_through=1111,
        ready=Ready(257, 427, 300_024.5, by_uplift=True, weeks=13.5, file="ready_now.csv"),
        health=Health(ok=True, line="healthy when trained."),
    )
    return replace(made, **changed)


def measured(**changed) -> Summary:
    """The same with what a backtest measured."""
    return summary(worth=replace(MEASURED, **changed))
