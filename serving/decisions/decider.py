"""The decider: one lead in, one decision out, kept before it is answered."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from features.parsing.times import now
from leadgate.errors import LeadError, StoreBusyError, StoreError
from leadgate.policy import expected_value
from serving import metrics
from serving.decisions.ruling import Model, Names, Ruling, encode, new_id, same_answer
from serving.decisions.without_store import WithoutStore
from serving.idempotency import NO_KEY, CallKey
from serving.outage.availability import Availability
from serving.scoring.answer import Assessed
from serving.scoring.earlier_calls import NO_EARLIER_CALLS, EarlierCalls
from serving.store.patience import Arrival, arrival, patiently

if TYPE_CHECKING:
    from serving.scoring.lead_request import ScoreRequest
    from serving.scoring.scorer import Scorer
    from serving.store import Store

# The one that answers, the shadow, and those that they took over from.
_FEW_MODELS = 4
log = logging.getLogger("leadgate.model")


class Decider:
    """Decides on leads with what earlier calls reported of them, and keeps every decision.

    Parameters
    ----------
    availability
        Of the store that keeps decisions; None keeps none, and there are no earlier calls.
    shadow
        Returns a model that decides beside the one that answers, or None. Its decisions are kept
        and never returned.

    Attributes
    ----------
    quick
        Whether `decide` may hold up an event loop.
    """

    def __init__(
        self,
        availability: Availability | None = None,
        shadow: Callable[[], Scorer | None] = lambda: None,
    ) -> None:
        self._availability = availability
        self._shadow = shadow
        self._model = lru_cache(_FEW_MODELS)(Model)
        self._without_store = WithoutStore()
        # A server across a network may let us wait, and others must be answered meanwhile.
        self.quick = availability is None or availability.store.connection.quick
        self._threads = None
        if availability is not None and not self.quick:
            n = availability.store.connection.connections
            self._threads = ThreadPoolExecutor(n, thread_name_prefix="decider")

    async def answer(
        self, scorer: Scorer, request: ScoreRequest, request_id: str, key: CallKey = NO_KEY
    ) -> str:
        """Decide on one lead without holding up the event loop for long; as `decide`."""
        if self._availability is not None and (hold := self._availability.hold()):
            await asyncio.sleep(hold)
        call, arrived = (scorer, request, request_id, key), arrival()
        if self._threads is None:
            try:
                return self.decide(*call, arrived._replace(until=0.0))
            except StoreBusyError:
                return await asyncio.to_thread(self.decide, *call, arrived)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self.decide, *call, arrived)

    def decide(
        self,
        scorer: Scorer,
        request: ScoreRequest,
        request_id: str,
        key: CallKey = NO_KEY,
        arrived: Arrival | None = None,
    ) -> str:
        """Decide on one lead, keep the decision and return the answer, a JSON object.

        Parameters
        ----------
        scorer
            The model that answers.
        request
            The lead.
        request_id
            Names the request.
        key
            What was answered under it before is answered again.
        arrived
            When the request came in, and how long it waits for a store that others hold; left
            out: now, and not at all.

        Raises
        ------
        HttpError
            422: the key was used for another call.
        LeadError
            Naming the field at fault; `BadRecordError` where the store cannot keep it.
        StoreBusyError
            If others still hold the store then; nothing was decided.
        """
        availability = self._availability
        if availability is None:
            answer = scorer.score_one(
                request.lead, request.activities, request.as_of, request.others, request.against
            )
            metrics.decisions(str(answer["decision"])).inc()
            return encode({**answer, "request_id": request_id})
        model, arrived = self._model(scorer), arrived or arrival(0.0)
        # One for the call, also where the store kept the decision and could not say so: what is
        # decided without the store then is not kept beside it.
        names = Names(request_id, new_id())
        call = availability, model, request, names, key
        if not availability.away:
            try:
                work = partial(self._with_store, *call, arrived.at)
                lead_id = scorer.reader.lead_id(request.lead)
                kept = partial(availability.store.answer, names.decision_id, lead_id)
                text = _patiently_once(kept, work, arrived)
            except StoreBusyError:
                raise
            except StoreError as error:
                availability.note_away(error)
            else:
                self._without_store.forget()
                return text
        availability.check()
        return self._without_store.decide(*call)

    def counts(self, scorer: Scorer) -> bool:
        """Return whether decisions use up a capacity, so that it matters who comes first."""
        return self._availability is not None and scorer.policy.capacity_per_week is not None

    def expected(self, scorer: Scorer, request: ScoreRequest) -> float:
        """Return what handing a lead off is expected to bring; nothing is decided or kept.

        Raises
        ------
        LeadError
            Naming the field at fault.
        """
        earlier = NO_EARLIER_CALLS
        if self._availability is not None and not self._availability.away:
            earlier = _earlier_calls(self._availability.store, scorer, request)
        assessed = scorer.assess(scorer.reader.read(request, earlier))
        return expected_value(assessed.lead, scorer.policy)

    def _with_store(
        self,
        availability: Availability,
        model: Model,
        request: ScoreRequest,
        names: Names,
        key: CallKey,
        received_at: int,
    ) -> str:
        started = time.perf_counter()
        store, scorer = availability.store, model.scorer
        model.keep(store)
        lead_id = scorer.reader.lead_id(request.lead)
        answered, earlier = store.look_up(lead_id, key)
        if answered is not None and not store.is_old(answered.at):
            return same_answer(answered, key, lead_id)
        earlier = _with_others(store, scorer, request, earlier)
        waited = time.perf_counter() - started
        assessed = scorer.assess(scorer.reader.read(request, earlier))
        shadow = self._assess_with_shadow(store, model, request, earlier)
        started = time.perf_counter()
        with store.transaction([lead_id], key=key) as transaction:
            seen = transaction.see(lead_id, key, now(), received_at)
            if seen.answered is not None:
                if not store.is_old(seen.answered.at):
                    # A twin of this call was quicker.
                    return same_answer(seen.answered, key, lead_id)
                transaction.free(key)
            if seen.erased:
                raise LeadError("The lead was erased while this call waited.", code="erased")
            if seen.revision != earlier.revision:
                # Another call added to the lead meanwhile; none does from here on.
                earlier = _earlier_calls(store, scorer, request)
                assessed = scorer.assess(scorer.reader.read(request, earlier))
            ruling = Ruling(model, assessed, seen.state, names, key)
            if ruling.handed_off and scorer.policy.capacity_per_week is not None:
                state = transaction.hold_week(seen.state)
                if state != seen.state:
                    # Others handed off meanwhile; none does from here on.
                    ruling = Ruling(model, assessed, state, names, key)
            revision = transaction.add_new(assessed.record.additions, seen.revision)
            transaction.keep(ruling.row(revision))
            if shadow:
                beside = Ruling(
                    *shadow, seen.state, names._replace(decision_id=new_id()), shadow=True
                )
                transaction.keep(beside.row(revision))
        ruling.count()
        ruling.note_handoff(availability.week)
        metrics.store_seconds("decide").observe(waited + time.perf_counter() - started)
        return ruling.text

    def _assess_with_shadow(
        self, store: Store, model: Model, request: ScoreRequest, earlier: EarlierCalls
    ) -> tuple[Model, Assessed] | None:
        """Assess the lead with the shadow, if there is one; its faults concern it alone."""
        scorer = self._shadow()
        if scorer is None or scorer.bundle.digest == model.bundle[0]:
            return None
        shadow = self._model(scorer)
        try:
            shadow.keep(store)
            earlier = _with_others(store, scorer, request, earlier)
            return shadow, scorer.assess(scorer.reader.read(request, earlier))
        except StoreError:
            raise
        except Exception as error:
            log.warning("The shadow could not decide: %s.", type(error).__name__)
            return None


def _patiently_once(
    kept: Callable[[], str | None], decide: Callable[[], str], arrived: Arrival
) -> str:
    """Decide; again only where an earlier try was not kept before its connection was cut."""
    tries: list[None] = []

    def decide_once() -> str:
        before = kept() if tries else None
        tries.append(None)
        return before or decide()

    try:
        return patiently(decide_once, arrived.until)
    except StoreBusyError:
        if arrived.until:
            metrics.store_busy.inc()
        raise


def _earlier_calls(store: Store, scorer: Scorer, request: ScoreRequest) -> EarlierCalls:
    earlier = store.earlier_calls(scorer.reader.lead_id(request.lead))
    return _with_others(store, scorer, request, earlier)


def _with_others(
    store: Store, scorer: Scorer, request: ScoreRequest, earlier: EarlierCalls
) -> EarlierCalls:
    """Add the other leads of the account, where the model looks at them and they were not sent."""
    if not scorer.whole_accounts or request.others is not None or earlier.others is not None:
        return earlier
    account_id = scorer.reader.account_id(request.lead) or earlier.account_id
    if not account_id:
        return earlier
    return replace(earlier, others=store.others(account_id, scorer.reader.lead_id(request.lead)))
