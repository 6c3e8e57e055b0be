import asyncio
import threading
import time

import pytest

from leadgate.errors import StoreBusyError
from serving import timeouts
from serving.decisions.decider import Decider
from serving.http import requests
from serving.outage.availability import Availability
from serving.outage.spool import Spool
from serving.scoring.scorer import Scorer
from serving.store import Store
from serving.store.pool import Pool

LEAD = {"CreatedDate": "2026-01-01T09:00:00Z", "Source": "Web"}


class Raw:
    def __init__(self) -> None:
        self.closed = False

    def close(self):
        self.closed = True


def test_a_thread_has_the_same_place_within_its_own():
    pool = Pool(Raw, 2)
    with pool.slot() as outer, pool.slot() as inner:
        assert inner is outer
        raw = pool.connected(outer)
    with pool.slot() as again:
        assert pool.connected(again) is raw, "what was used last comes first"


def test_who_finds_every_place_taken_is_told_to_ask_again(monkeypatch):
    monkeypatch.setattr(timeouts, "LOCK", 0.01)
    pool, held, done = Pool(Raw, 1), threading.Event(), threading.Event()

    def hold():
        with pool.slot():
            held.set()
            done.wait(30)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(30)
    with pytest.raises(StoreBusyError, match=r"other calls have all of serving\.connections"):
        pool.slot().__enter__()
    done.set()
    thread.join()
    with pool.slot():
        pass


def test_what_is_in_use_is_let_go_of_when_its_thread_is_done():
    pool = Pool(Raw, 1)
    with pool.slot() as slot:
        raw = pool.connected(slot)
        pool.close()
        assert not raw.closed
    assert raw.closed
    with pool.slot() as slot:
        new = pool.connected(slot)
        pool.drop()
        assert new.closed
        assert pool.connected(slot) is not new


@pytest.mark.postgres
def test_a_lead_that_a_stranger_holds_makes_no_other_wait(postgresql_store, bundle, tmp_path):
    scorer, availability = (
        Scorer.load(bundle),
        Availability(Store(postgresql_store, connections=2), Spool(tmp_path / "spool")),
    )
    availability.look()
    decider = Decider(availability)

    async def ask(lead_id):
        request = requests.score_request({**LEAD, "lead_id": lead_id})
        started = time.monotonic()
        await decider.answer(scorer, request, lead_id)
        return time.monotonic() - started

    async def both(stranger):
        held = asyncio.create_task(ask("held"))
        await asyncio.sleep(0.05)
        others = [await ask(f"other-{n}") for n in range(5)]
        waits = not held.done()
        stranger.__exit__(None, None, None)
        await held
        return waits, others

    asyncio.run(ask("first"))
    with Store(postgresql_store) as other:
        stranger = other.transaction(["held"])
        stranger.__enter__()
        waits, others = asyncio.run(both(stranger))
    assert waits or min(others) < timeouts.LOCK
    assert availability.state == "there"
    availability.store.connection.close()
