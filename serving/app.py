"""The addresses of the scoring endpoint: own routes, own errors, own documents."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from leadgate.errors import LeadError, LeadgateError
from serving import metrics, wire
from serving.current import Current
from serving.front import TRACE, Trace, log_defect
from serving.openapi import document
from serving.problems import MEDIA_TYPE, http_error

if TYPE_CHECKING:
    from serving.scorer import Scorer

# Above this many leads a batch is scored beside the event loop, so that single leads get through.
INLINE_LEADS = 20

_encode = json.JSONEncoder(allow_nan=False).encode


def build(current: Current, model: str = "") -> Starlette:
    """Return the application; `Front` has to stand before it.

    Parameters
    ----------
    current
        The model that answers.
    model
        Its registered name.
    """
    addresses = _Addresses(current, model)
    application = Starlette(
        routes=[
            Route("/v1/score", addresses.score, methods=["POST"]),
            Route("/v1/score/batch", addresses.batch, methods=["POST"]),
            Route("/v1/model", addresses.model, methods=["GET"]),
            Route("/openapi.json", addresses.openapi, methods=["GET"]),
            Route("/metrics", addresses.metrics, methods=["GET"]),
        ],
        exception_handlers={
            HTTPException: _problem,
            LeadgateError: _problem,
            Exception: _problem,
        },
    )
    # A redirect would be built from the Host header, which anyone can forge.
    application.router.redirect_slashes = False
    return application


class _Addresses:
    def __init__(self, current: Current, model: str) -> None:
        self._current = current
        self._model = model

    async def score(self, request: Request) -> Response:
        """Score one lead."""
        scorer = self._current.scorer()
        asked = wire.score_request(wire.parse_json(await request.body()))
        answer = scorer.score_one(asked.lead, asked.activities, asked.as_of, asked.others)
        metrics.decided(str(answer["decision"]))
        return _json({**answer, "request_id": _trace(request).request_id})

    async def batch(self, request: Request) -> Response:
        """Score a list of leads."""
        scorer = self._current.scorer()
        leads = wire.batch_request(wire.parse_json(await request.body()))
        request_id = _trace(request).request_id
        if len(leads) > INLINE_LEADS:
            results = await asyncio.to_thread(_score_all, scorer, leads, request_id)
        else:
            results = _score_all(scorer, leads, request_id)
        return _json({"results": results, "request_id": request_id})

    async def model(self, request: Request) -> Response:
        """Describe the model."""
        return _json(self._current.scorer().describe(self._model))

    async def openapi(self, request: Request) -> Response:
        """Describe the addresses."""
        attributes = None if self._current.refusal else self._current.scorer().attributes
        return _json(document(attributes))

    async def metrics(self, request: Request) -> Response:
        """Return Prometheus' metrics."""
        content = await asyncio.to_thread(metrics.exposition)
        return Response(content, headers={"Content-Type": metrics.CONTENT_TYPE})


def _score_all(scorer: Scorer, leads: list[object], request_id: str) -> list[dict[str, object]]:
    return [_score_in_batch(scorer, lead, request_id) for lead in leads]


def _score_in_batch(scorer: Scorer, lead: object, request_id: str) -> dict[str, object]:
    """Score one lead of a batch; a fault of one is no fault of the others."""
    try:
        asked = wire.score_request(lead)
        answer = scorer.score_one(asked.lead, asked.activities, asked.as_of, asked.others)
        metrics.decided(str(answer["decision"]))
        return {"status": 200, **answer}
    except Exception as error:
        if not isinstance(error, LeadError):
            log_defect(error, request_id)
        problem = http_error(error)
        return {
            "status": problem.status,
            "lead_id": scorer.lead_id(lead),
            "code": problem.code,
            "detail": problem.message,
            "field": problem.field,
        }


def _problem(request: Request, error: Exception) -> Response:
    problem = http_error(error)
    trace = _trace(request)
    trace.code = problem.code
    return Response(
        problem.body(trace.request_id), problem.status, problem.headers, media_type=MEDIA_TYPE
    )


def _trace(request: Request) -> Trace:
    trace: Trace = request.scope[TRACE]
    return trace


def _json(content: Mapping[str, object]) -> Response:
    return Response(_encode(content), media_type="application/json")
