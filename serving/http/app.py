"""The addresses of the scoring endpoint: own routes, own errors, own documents."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from leadgate.errors import LeadgateError
from serving import metrics
from serving.decisions.decider import Decider
from serving.http import requests
from serving.http.documents import page
from serving.http.documents.openapi import openapi, swagger
from serving.http.documents.schemas import Described
from serving.http.lead_list import score_all
from serving.http.lead_routes import LeadRoutes, answered, trace_of
from serving.http.middleware import Direct, Trace
from serving.http.people import PeopleRoutes
from serving.models.active_model import ActiveModel
from serving.problems import MEDIA_TYPE, http_error

if TYPE_CHECKING:
    pass

# Above this many leads a batch is scored beside the event loop, so that single leads get through.
INLINE_LEADS = 20


def build(
    active: ActiveModel,
    model: str = "",
    lead_routes: LeadRoutes | None = None,
    public_url: str | None = None,
) -> Starlette:
    """Return the application behind `RequestMiddleware`, which answers `direct` itself.

    Parameters
    ----------
    active
        The model that answers.
    model
        Its registered name.
    lead_routes
        What is kept of leads; left out: nothing is kept.
    public_url
        The address by which callers reach the service; left out: where it listens.
    """
    lead_routes = lead_routes or LeadRoutes()
    addresses = _Addresses(active, model, lead_routes, public_url or "")
    people = PeopleRoutes(lead_routes)
    application = Starlette(
        routes=[
            Route("/v1/score", _OnlyPost()),
            Route("/v1/score/batch", addresses.batch, methods=["POST"]),
            Route("/v1/activities", lead_routes.activities, methods=["POST"]),
            Route("/v1/outcomes", lead_routes.outcomes, methods=["POST"]),
            Route("/v1/feedback", people.feedback, methods=["POST"]),
            Route("/v1/overrides", people.overrides, methods=["POST"]),
            *(
                Route(address, of_lead, methods=[method])
                for address in ("/v1/leads", "/v1/leads/{lead_id}")
                for method, of_lead in (("GET", lead_routes.lead), ("DELETE", lead_routes.erase))
            ),
            Route("/v1/model", addresses.model, methods=["GET"]),
            Route("/openapi.json", addresses.openapi, methods=["GET"]),
            Route("/swagger.json", addresses.swagger, methods=["GET"]),
            Route("/docs", _docs, methods=["GET"]),
            Route("/metrics", addresses.metrics, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _problem, LeadgateError: _problem, Exception: _problem},
    )
    # A redirect would be built from the Host header, which anyone can forge.
    application.router.redirect_slashes = False
    return application


def direct(active: ActiveModel, decider: Decider) -> dict[tuple[str, str], Direct]:
    """Return what `RequestMiddleware` answers itself, by method and address."""
    return {("POST", "/v1/score"): partial(score, active, decider)}


async def score(
    active: ActiveModel,
    decider: Decider,
    headers: Mapping[bytes, bytes],
    content: bytes,
    trace: Trace,
) -> str:
    """Answer ``POST /v1/score``: headers and body in, the answer as JSON out.

    Raises
    ------
    LeadError, HttpError
        The fault of the request, or why there is no model.
    """
    scorer = active.scorer()
    lead, against = requests.parse_json(content), requests.asks_against(trace.query)
    key = requests.call_key(headers, trace.caller, trace.address, lead)
    request = requests.score_request(lead, against=against)
    return await decider.answer(scorer, request, trace.request_id, key)


class _OnlyPost:
    """Refuses every other method at the address that the middleware answers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        raise HTTPException(405, headers={"Allow": "POST"})


class _Addresses:
    def __init__(
        self, active: ActiveModel, model: str, lead_routes: LeadRoutes, public_url: str
    ) -> None:
        self._public_url = public_url.rstrip("/")
        self._active = active
        self._model = model
        self._lead_routes = lead_routes
        self._decider = lead_routes.decider

    async def batch(self, request: Request) -> Response:
        """Score a list of leads."""
        scorer = self._active.scorer()
        body, trace = await requests.read_json(request), trace_of(request)
        leads = requests.list_request(body)
        trace.charge(len(leads) - 1)
        key = requests.call_key(dict(request.headers.raw), trace.caller, trace.address, body)
        await self._lead_routes.claim(key)
        against = requests.asks_against(trace.query)
        task = (self._decider, scorer, leads, trace.request_id, key, against)
        if len(leads) > INLINE_LEADS or not self._decider.quick:
            loop = asyncio.get_running_loop()
            results = await loop.run_in_executor(self._lead_routes.beside, score_all, *task)
        else:
            results = score_all(*task)
        return answered({"results": results, "request_id": trace.request_id})

    async def model(self, request: Request) -> Response:
        """Describe the model."""
        described = self._active.scorer().describe(self._model)
        return answered({**described, "warnings": self._active.warning})

    async def openapi(self, request: Request) -> Response:
        """Describe the addresses in OpenAPI 3.0.3."""
        return _document(request, openapi(self._described(request)))

    async def swagger(self, request: Request) -> Response:
        """Describe the addresses in Swagger 2.0."""
        return _document(request, swagger(self._described(request)))

    def _described(self, request: Request) -> Described:
        outcomes = tuple(self._lead_routes.outcome_words)
        server = self._public_url or _bound(request.scope)
        if self._active.refusal:
            return Described(outcomes=outcomes, server=server)
        scorer = self._active.scorer()
        return Described(scorer.fields, scorer.arms, scorer.example, outcomes, server)

    async def metrics(self, request: Request) -> Response:
        """Return Prometheus' metrics."""
        content = await asyncio.to_thread(metrics.exposition)
        return Response(content, headers={"Content-Type": metrics.CONTENT_TYPE})


async def _docs(request: Request) -> Response:
    return Response(page.page(), media_type="text/html", headers=page.HEADERS)


def _bound(scope: Scope) -> str:
    """Return the address that a request came in at; never its Host, which anyone can forge."""
    host, port = scope.get("server") or ("", None)
    if not host or port is None:
        return ""
    return f"{scope['scheme']}://{f'[{host}]' if ':' in host else host}:{port}"


def _document(request: Request, content: dict[str, Any]) -> Response:
    """Answer with a document and its version as an ETag; 304 where the caller has that one."""
    tag = f'"{content["info"]["version"]}"'
    headers = {"ETag": tag, "Cache-Control": "no-cache"}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    answer = answered(content)
    answer.headers.update(headers)
    return answer


def _problem(request: Request, error: Exception) -> Response:
    problem = http_error(error)
    trace = trace_of(request)
    trace.code = problem.code
    return Response(
        problem.body(trace.request_id), problem.status, problem.headers, media_type=MEDIA_TYPE
    )
