"""Clocks of replicas that jump by an hour, either way: known truth on both databases."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from features.parsing import epoch
from features.parsing.times import now
from serving.decisions.decider import Decider
from serving.http import requests
from serving.idempotency import CallKey
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.earlier_calls import Outcome
from serving.scoring.scorer import Scorer
from serving.store import Store, read_tables

CAPACITY, LEADS = 5, 15
# A Wednesday: no step leaves the week.
NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def steps(monkeypatch):
    """Hand out what moves the clock, which else goes on by a millisecond with every look."""
    offset, looks = [timedelta()], [0]

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:
            looks[0] += 1
            return NOON + offset[0] + timedelta(milliseconds=looks[0])

    monkeypatch.setattr(epoch, "datetime", Clock)

    def step(by):
        offset[0] = by

    return step


@pytest.fixture
def replicas(tmp_path, url):
    made = []
    for name in "ab":
        availability = Availability(Store(url), Spool(tmp_path / name))
        availability.look()
        made.append(availability)
    yield [Decider(availability) for availability in made]
    for availability in made:
        availability.store.connection.close()


@pytest.fixture
def scorer(bundle):
    """Hands off every lead, up to the capacity."""
    scorer = Scorer.load(bundle)
    scorer.policy = replace(
        scorer.policy, scores=(0.0,) * 1001, leads_per_week=None, capacity_per_week=CAPACITY
    )
    return scorer


def lead(name):
    fields = {"CreatedDate": "2026-01-01T09:00:00Z", "as_of": "2026-01-05T09:00:00Z"}
    return requests.score_request({"lead_id": name, "Source": "Web", **fields})


def test_decisions_keep_their_order_and_the_capacity(scorer, replicas, steps, url):
    rng = random.Random(3)
    decided = {}
    for round_ in range(2):
        for n in range(LEADS):
            steps(rng.choice([-HOUR, timedelta(), HOUR]))
            answer = json.loads(replicas[n % 2].decide(scorer, lead(f"l{n}"), f"{round_}-{n}"))
            assert "away" not in answer["warnings"]
            decided.setdefault(f"l{n}", []).append(answer["decision"])
    # Whoever was handed off stays so, by the order of the decisions and not of their instants.
    assert sorted(decided.values()) == [["hand_off"] * 2] * CAPACITY + [["nurture"] * 2] * (
        LEADS - CAPACITY
    )
    with Store(url) as store:
        decisions = read_tables(store).decisions
        assert sum(load.handoffs for load in store.handoffs(now()).values()) == CAPACITY
    assert len(decisions) == 2 * LEADS
    assert not decisions["decided_at"].is_monotonic_increasing
    assert decisions["uses_capacity"].sum() == CAPACITY


@pytest.mark.parametrize("by", [-HOUR, HOUR])
def test_what_is_reported_after_a_handoff_belongs_to_it(scorer, replicas, steps, by):
    """Sales worked the lead and gave it back, as the other replica's clock has it an hour apart."""
    first, second = replicas
    assert json.loads(first.decide(scorer, lead("l"), "r"))["decision"] == "hand_off"
    steps(by)
    given_back = Outcome("l", "open", None, None, False)
    second._availability.store.add_outcomes([given_back])
    steps(timedelta())
    with second._availability.store.transaction(["l"]) as transaction:
        assert transaction.state("l", now()).returned


@pytest.mark.parametrize("by", [-HOUR, HOUR])
def test_a_key_is_answered_again(scorer, replicas, steps, by):
    first, second = replicas
    key = CallKey("digest", "fingerprint", "plain")
    answer = first.decide(scorer, lead("l"), "r", key)
    steps(by)
    assert second.decide(scorer, lead("l"), "again", key) == answer
