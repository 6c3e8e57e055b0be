"""The addresses for what people say of a lead: `/v1/feedback` and `/v1/overrides`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from leadgate.errors import LeadError
from serving.decisions.ruling import encode
from serving.decisions.said import FEEDBACK, OVERRIDES, keep, read_feedback, read_override, shown
from serving.http import requests
from serving.http.lead_routes import LeadRoutes, answered, trace_of
from serving.idempotency import Once
from serving.problems import HttpError
from serving.store import Store
from serving.store.patience import arrival

Read = Callable[[Mapping[str, object]], dict[str, Any]]


class PeopleRoutes:
    """Keeps feedback and overrides.

    Parameters
    ----------
    lead_routes
        The way to the store.
    """

    def __init__(self, lead_routes: LeadRoutes) -> None:
        self._lead_routes = lead_routes

    async def feedback(self, request: Request) -> Response:
        """Keep whether somebody agrees with the newest decision about a lead."""
        return await self._keep(request, FEEDBACK, read_feedback)

    async def overrides(self, request: Request) -> Response:
        """Keep what somebody decides about a lead instead of the policy."""
        return await self._keep(request, OVERRIDES, read_override)

    async def _keep(self, request: Request, kind: str, read: Read) -> Response:
        body, trace = await requests.read_json(request), trace_of(request)
        if not isinstance(body, dict):
            raise LeadError("The body is a flat JSON object.", code="bad_value")
        requests.check_values(body)
        said = read(body)
        key = requests.call_key(dict(request.headers.raw), trace.caller, trace.address, body)
        arrived = arrival()
        once = Once(key, lambda new: encode([])) if key else None

        def in_store(store: Store) -> None:
            if kind == FEEDBACK and not store.answers(said["lead_id"]):
                raise HttpError(404, "unknown_lead", "Nothing was decided about this lead.")
            keep(store, kind, said, arrived.at, once)

        await self._lead_routes.of_store(kind, in_store)
        one = {k: v for k, v in shown(kind, {**said, "said_at": arrived.at}).items() if k != "at"}
        return answered({"lead_id": said["lead_id"], **one, "request_id": trace.request_id})
