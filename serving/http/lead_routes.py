"""The addresses of what is kept of leads: activities, outcomes, decisions, erasure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NoReturn, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from leadgate.errors import StoreError
from serving import metrics
from serving.decisions.decider import Decider, encode
from serving.decisions.erasure import erase
from serving.http import requests
from serving.http.events import ACTIVITIES, OUTCOMES, keep_told, told_activity, told_outcome
from serving.http.middleware import TRACE, Trace
from serving.problems import HttpError
from serving.store import Store
from serving.store.availability import Keeper, away_problem
from serving.store.spool import Record
from serving.store.spool_records import activities_to_wait, outcomes_to_wait

if TYPE_CHECKING:
    from serving.scoring.scorer import Scorer

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class _Kind(Generic[T]):
    """One kind of what is told: how it is read, kept in the store, and written to the disk."""

    name: str
    read: Callable[[object, int], T]
    keep: Callable[[Store, Sequence[T]], list[bool]]
    to_wait: Callable[[Sequence[T]], list[Record]]


_ACTIVITIES = _Kind(ACTIVITIES, told_activity, Store.add_activities, activities_to_wait)
_OUTCOMES = _Kind(OUTCOMES, told_outcome, Store.add_outcomes, outcomes_to_wait)


def _refuse() -> NoReturn:
    raise away_problem()


class Records:
    """What is kept of leads.

    Parameters
    ----------
    keeper
        The store; None where nothing is kept.
    folder
        That of the configuration, whose files of refused rows an erasure covers.
    shadow
        As in `Decider`.
    """

    def __init__(
        self,
        keeper: Keeper | None = None,
        folder: Path = Path(),
        shadow: Callable[[], Scorer | None] = lambda: None,
    ) -> None:
        self._keeper = keeper
        self._folder = folder
        self.decider = Decider(keeper, shadow)

    async def activities(self, request: Request) -> Response:
        """Keep activities."""
        return await self._keep(request, _ACTIVITIES)

    async def outcomes(self, request: Request) -> Response:
        """Keep outcomes."""
        return await self._keep(request, _OUTCOMES)

    async def lead(self, request: Request) -> Response:
        """Tell the decisions about a lead."""
        lead_id = request.path_params["lead_id"]
        decisions = await self._of_store("lead", lambda store: store.told(lead_id))
        if not decisions:
            raise HttpError(404, "unknown_lead", "Nothing was decided about this lead.")
        request_id = trace_of(request).request_id
        return answered({"lead_id": lead_id, "decisions": decisions, "request_id": request_id})

    async def erase(self, request: Request) -> Response:
        """Erase a lead."""
        lead_id = request.path_params["lead_id"]
        await self._of_store("erase", lambda store: erase(store, self._folder, lead_id))
        return Response(status_code=204)

    async def _keep(self, request: Request, kind: _Kind[T]) -> Response:
        """Keep what is told in the store, or on the disk until the store is back."""
        items = requests.list_request(requests.parse_json(await request.body()), kind.name)

        def in_store(store: Store, told: Sequence[T]) -> list[int]:
            return [201 if new else 200 for new in kind.keep(store, told)]

        def on_disk(told: Sequence[T]) -> list[int]:
            keeper = self._keeper_or_problem()
            if not keeper.wait(kind.to_wait(told), durable=True):
                raise away_problem()
            return [202] * len(told)

        results = await self._of_store(
            kind.name,
            lambda store: keep_told(items, kind.read, lambda told: in_store(store, told)),
            lambda: keep_told(items, kind.read, on_disk),
        )
        return answered({"results": results, "request_id": trace_of(request).request_id})

    async def _of_store(
        self,
        operation: str,
        work: Callable[[Store], R],
        otherwise: Callable[[], R] = _refuse,
    ) -> R:
        """Let the store do something that may wait for the disk, beside the event loop."""
        keeper = self._keeper_or_problem()
        if not keeper.away:
            started = time.perf_counter()
            try:
                return await asyncio.to_thread(work, keeper.store)
            except StoreError as error:
                keeper.lost(error)
            finally:
                metrics.store_seconds(operation, time.perf_counter() - started)
        return await asyncio.to_thread(otherwise)

    def _keeper_or_problem(self) -> Keeper:
        if self._keeper is None:
            raise HttpError(
                503,
                "no_store",
                "This service has no store: start it beside a leadgate.toml, which names one.",
            )
        return self._keeper


def trace_of(request: Request) -> Trace:
    """Return what is known of a request."""
    trace: Trace = request.scope[TRACE]
    return trace


def answered(content: Mapping[str, object]) -> Response:
    """Return an answer of JSON values."""
    return Response(encode(content), media_type="application/json")
