"""The addresses of what is kept of leads: activities, outcomes, decisions, erasure."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from leadgate.errors import StoreError
from serving import metrics, wire
from serving.decider import Decider, encode
from serving.erasure import erase
from serving.front import TRACE, Trace
from serving.keeper import Keeper, away_problem
from serving.problems import HttpError
from serving.store import Store
from serving.told import ACTIVITIES, OUTCOMES, keep_told, told_activity, told_outcome

if TYPE_CHECKING:
    from serving.scorer import Scorer

T = TypeVar("T")


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
        return await self._keep(request, ACTIVITIES, told_activity, Store.add_activities)

    async def outcomes(self, request: Request) -> Response:
        """Keep outcomes."""
        return await self._keep(request, OUTCOMES, told_outcome, Store.add_outcomes)

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

    async def _keep(
        self,
        request: Request,
        name: str,
        read: Callable[[object, int], T],
        keep: Callable[[Store, Sequence[T]], list[bool]],
    ) -> Response:
        items = wire.list_request(wire.parse_json(await request.body()), name)
        results = await self._of_store(
            name, lambda store: keep_told(items, read, lambda told: keep(store, told))
        )
        return answered({"results": results, "request_id": trace_of(request).request_id})

    async def _of_store(self, operation: str, work: Callable[[Store], T]) -> T:
        """Let the store do something that may wait for the disk, beside the event loop."""
        if self._keeper is None:
            raise HttpError(
                503, "no_store", "This service has no store: it runs without a configuration."
            )
        store = self._keeper.there()
        started = time.perf_counter()
        try:
            return await asyncio.to_thread(work, store)
        except StoreError as error:
            self._keeper.lost(error)
            raise away_problem() from None
        finally:
            metrics.store_seconds(operation, time.perf_counter() - started)


def trace_of(request: Request) -> Trace:
    """Return what is known of a request."""
    trace: Trace = request.scope[TRACE]
    return trace


def answered(content: Mapping[str, object]) -> Response:
    """Return an answer of JSON values."""
    return Response(encode(content), media_type="application/json")
