"""The scorer behind the least that speaks HTTP: Starlette alone, no key, no store, no log."""

import json
import os

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from serving.http import requests
from serving.models.active_model import settle
from serving.scoring.scorer import Scorer

scorer = Scorer.load(os.environ["LEADGATE_MODEL"])


async def score(request: Request) -> Response:
    """Score one lead."""
    asked = requests.score_request(requests.parse_json(await request.body()))
    answer = scorer.score_one(asked.lead, asked.activities, asked.as_of)
    return Response(json.dumps(answer), media_type="application/json")


async def ready(request: Request) -> Response:
    """Say yes."""
    return Response("")


app = Starlette(routes=[Route("/v1/score", score, methods=["POST"]), Route("/readyz", ready)])
settle()
