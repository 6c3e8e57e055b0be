"""The addresses of what is kept of leads: activities, outcomes, decisions, erasure."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from leadgate.errors import BadRecordError, LeadError, StoreBusyError, StoreError
from serving import metrics
from serving.decisions.decider import Decider
from serving.decisions.erasure import erase
from serving.decisions.ruling import encode
from serving.decisions.said import shown
from serving.decisions.score_change import ScoreChanges
from serving.http import requests
from serving.http.events import (
    ACTIVITIES,
    OUTCOMES,
    UNFIT,
    Items,
    Result,
    folded_words,
    read_activity,
    read_outcome,
)
from serving.http.middleware import TRACE, Trace
from serving.idempotency import CallKey, Once, RecentCalls, RepeatedCall
from serving.outage.availability import BEHIND, THERE, Availability, away_problem
from serving.outage.lines import Record
from serving.outage.spool_records import activity_records, call_record, outcome_records
from serving.problems import HttpError
from serving.scoring.lead_id import checked_id
from serving.store import Store
from serving.store.patience import arrival, patiently

if TYPE_CHECKING:
    from serving.scoring.scorer import Scorer

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class _Kind(Generic[T]):
    """One kind of event: how it is read, kept in the store, and written to the disk."""

    name: str
    read: Callable[[object, int], T]
    keep: Callable[[Store, Sequence[T], int, Once | None], list[bool]]
    records: Callable[[Sequence[T]], list[Record]]


_ACTIVITIES = _Kind(ACTIVITIES, read_activity, Store.add_activities, activity_records)


def _refuse() -> NoReturn:
    raise away_problem()


class LeadRoutes:
    """What is kept of leads, by address.

    Parameters
    ----------
    availability
        Of the store; None where nothing is kept.
    folder
        That of the configuration, whose lists of leads an erasure covers.
    shadow
        As in `Decider`.
    outcome_words
        The outcome that each further word means: the configuration's own.

    Attributes
    ----------
    outcome_words
        As given.
    beside
        Does what is no score of a single lead.
    """

    def __init__(
        self,
        availability: Availability | None = None,
        folder: Path = Path(),
        shadow: Callable[[], Scorer | None] = lambda: None,
        outcome_words: Mapping[str, str] | None = None,
    ) -> None:
        self.outcome_words = dict(outcome_words or {})
        read = partial(read_outcome, words=folded_words(self.outcome_words))
        self._outcomes = _Kind(OUTCOMES, read, Store.add_outcomes, outcome_records)
        self._availability = availability
        self._folder = folder
        # One connection is left to scores, however much else is asked for.
        n = 1 if availability is None else availability.store.connection.connections
        self.beside = ThreadPoolExecutor(max(1, n - 1), thread_name_prefix="beside")
        self._recent: RecentCalls[list[Result]] = RecentCalls()
        self.decider = Decider(availability, shadow)
        if availability is not None:
            self._changes = ScoreChanges(availability.store)

    async def activities(self, request: Request) -> Response:
        """Keep activities."""
        return await self._keep(request, _ACTIVITIES)

    async def outcomes(self, request: Request) -> Response:
        """Keep outcomes."""
        return await self._keep(request, self._outcomes)

    async def lead(self, request: Request) -> Response:
        """Return the decisions about a lead."""
        lead_id = _lead_id(request)
        decisions = await self.of_store("lead", lambda _: self._changes.explained(lead_id))
        said = await self.of_store("said", lambda store: store.said(lead_id))
        if not decisions and not any(said.values()):
            raise HttpError(404, "unknown_lead", "Nothing was decided about this lead.")
        by_people = {kind: [shown(kind, one) for one in rows] for kind, rows in said.items()}
        held = {"lead_id": lead_id, "decisions": decisions, **by_people}
        return answered({**held, "request_id": trace_of(request).request_id})

    async def erase(self, request: Request) -> Response:
        """Erase a lead, and say what there was of it."""
        lead_id = _lead_id(request)
        erased = await self.of_store(
            "erase", lambda store: erase(store, self._folder, lead_id), behind=True
        )
        if not erased:
            detail = "Nothing was held of this lead; nothing of before now will be."
            raise HttpError(404, "unknown_lead", detail)
        return answered({**erased.to_dict(lead_id), "request_id": trace_of(request).request_id})

    async def _keep(self, request: Request, kind: _Kind[T]) -> Response:
        """Keep events in the store, or on the disk until the store is back."""
        body, trace = await requests.read_json(request), trace_of(request)
        sent = requests.list_request(body, kind.name)
        trace.charge(len(sent) - 1)
        headers = dict(request.headers.raw)
        key = requests.call_key(headers, trace.caller, trace.address, body)
        arrived = arrival()

        def in_store(store: Store) -> list[Result]:
            items = Items(sent, kind.read)

            def results(new: Sequence[bool]) -> list[Result]:
                return items.results([201 if is_new else 200 for is_new in new])

            once = Once(key, lambda new: encode(results(new)))
            try:
                kept = results(kind.keep(store, items.events, arrived.at, once))
            except RepeatedCall as repeated:
                kept = json.loads(repeated.results)
            except BadRecordError:
                # The others are not at fault.
                kept = items.results([_keep_one(store, kind, e, arrived.at) for e in items.events])
                if key:
                    store.keep_results(key, encode(kept))
            return items.answer(kept)

        def on_disk() -> list[Result]:
            items = Items(sent, kind.read)
            kept = self._recent.get(key)
            if kept is None:
                kept = items.results([202] * len(items.events))
                records = kind.records(items.events)
                records += [call_record(key, encode(kept))] if key else []
                if not self._available().spool(records, durable=True):
                    raise away_problem()
                self._recent.put(key, kept)
            return items.answer(kept)

        results = await self.of_store(kind.name, in_store, on_disk)
        return answered({"results": results, "request_id": trace.request_id})

    async def claim(self, key: CallKey) -> None:
        """Note a call about many leads whose items are kept by keys of their own.

        Raises
        ------
        HttpError
            422: the key was used for another call.
        """
        if key and self._availability is not None:
            await self.of_store(
                "claim", lambda store: store.results(key), lambda: self._recent.get(key)
            )

    async def of_store(
        self,
        operation: str,
        work: Callable[[Store], R],
        otherwise: Callable[[], R] = _refuse,
        *,
        behind: bool = False,
    ) -> R:
        """Let the store do something that may wait for the disk, beside the event loop.

        What may come before what waits on the disk is done `behind` it, too.
        """
        availability = self._available()
        if availability.state == THERE or (behind and availability.state == BEHIND):
            started = time.perf_counter()
            until = arrival().until
            try:
                loop = asyncio.get_running_loop()
                task = partial(patiently, partial(work, availability.store), until)
                return await loop.run_in_executor(self.beside, task)
            except StoreBusyError:
                metrics.store_busy.inc()
                raise
            except StoreError as error:
                availability.note_away(error)
            finally:
                metrics.store_seconds(operation).observe(time.perf_counter() - started)
        return await asyncio.to_thread(otherwise)

    def _available(self) -> Availability:
        if self._availability is None:
            raise HttpError(
                503,
                "no_store",
                "This service has no store: start it beside a leadgate.toml, which names one.",
            )
        return self._availability


def _keep_one(store: Store, kind: _Kind[T], event: T, received_at: int) -> int:
    try:
        return 201 if kind.keep(store, [event], received_at, None)[0] else 200
    except BadRecordError:
        return UNFIT


def _lead_id(request: Request) -> str:
    """Return the id in the path, or in the query, where it may hold any character.

    Raises
    ------
    LeadError
        If there is none, or it is none.
    """
    given = request.query_params.getlist("id")
    if len(given) > 1:
        raise LeadError("id is there more than once.", field="id", code="bad_value")
    value = request.path_params.get("lead_id", "".join(given))
    requests.check_values({"lead_id": value})
    return checked_id(value, "lead_id")


def trace_of(request: Request) -> Trace:
    """Return what is logged of a request."""
    trace: Trace = request.scope[TRACE]
    return trace


def answered(content: Mapping[str, object]) -> Response:
    """Return an answer of JSON values."""
    return Response(encode(content), media_type="application/json")
