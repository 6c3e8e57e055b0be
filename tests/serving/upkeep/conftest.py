"""A small store with something of every kind."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from features.history.from_records import Activity
from features.parsing.times import US_PER_DAY, now
from serving.scoring.earlier_calls import Additions, Outcome
from serving.store import Store


@pytest.fixture
def fill(decision: Callable[..., dict[str, object]]) -> Callable[..., None]:
    """Fill a store with leads whose newest record, a decision, is at an instant (left out: now)."""

    def fill_with(store: Store, at: int | None = None, lead_ids: str = "AB") -> None:
        at = now() if at is None else at
        visit = Activity(at - US_PER_DAY, at - US_PER_DAY, "visit", 3.5, "web", "pricing")
        for lead_id in lead_ids:
            additions = Additions(
                lead_id,
                at - 2 * US_PER_DAY,
                account_id="acme",
                created_at=at - 2 * US_PER_DAY,
                fields={"Source": "Web"},
                activities={f"{lead_id} visits": visit},
            )
            with store.transaction([lead_id]) as transaction:
                transaction.add(additions)
                transaction.add_outcomes([Outcome(lead_id, "won", at)], at)
                transaction.keep(decision(lead_id=lead_id, decided_at=at, uses_capacity=1))
        store.keep_model(("b", "1", "/models/1"), "p", {"capacity_per_week": 5})

    return fill_with
