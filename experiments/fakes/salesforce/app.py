"""Salesforce's REST API over an org, with the limits that its documents state."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from experiments.fakes.salesforce.org import DAILY_CALLS, Org
from experiments.fakes.salesforce.query import PAGE, Malformed, Query, run

API = "/services/data/{version}"
ROWS_A_WRITE, IDS_A_READ = 200, 2_000
ORG_ID, USER_ID = "00D000000000001AAA", "005000000000001AAA"
URI_BYTES = 16_384
Endpoint = Callable[[Org, Request], Awaitable[Response]]


def salesforce_app(org: Org) -> Starlette:
    """Return the app of an org."""
    routes: list[tuple[str, str, Endpoint]] = [
        ("GET", f"{API}/queryAll", _query_all),
        ("GET", f"{API}/query", _query),
        ("GET", f"{API}/sobjects/{{name}}/describe", _describe),
        ("GET", f"{API}/limits", _limits),
        ("POST", f"{API}/composite/sobjects/{{name}}", _retrieve),
        ("PATCH", f"{API}/composite/sobjects", _update),
        ("POST", f"{API}/tooling/sobjects/CustomField", _create_field),
        ("POST", f"{API}/sobjects/{{name}}", _create),
    ]
    return Starlette(
        routes=[
            Route("/services/oauth2/token", _token(org), methods=["POST"]),
            *(Route(path, _logged_in(org, endpoint), methods=[m]) for m, path, endpoint in routes),
        ]
    )


def _token(org: Org) -> Callable[[Request], Awaitable[Response]]:
    async def token(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        given = org.log_in(form.get("client_id", [""])[0], form.get("client_secret", [""])[0])
        if given is None:
            return JSONResponse({"error": "invalid_client"}, status_code=401)
        identity = f"https://login.salesforce.com/id/{ORG_ID}/{USER_ID}"
        return JSONResponse({"access_token": given, "token_type": "Bearer", "id": identity})

    return token


def _logged_in(org: Org, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        if not org.admits(request.headers.get("authorization", "").removeprefix("Bearer ")):
            return _refuse(401, "INVALID_SESSION_ID")
        if org.calls > DAILY_CALLS:
            return _refuse(403, "REQUEST_LIMIT_EXCEEDED")
        if len(request.url.path) + len(request.scope["query_string"]) > URI_BYTES:
            return Response(status_code=414)
        return await endpoint(org, request)

    return answer


def _refuse(status: int, code: str) -> Response:
    return JSONResponse([{"errorCode": code, "message": "see the code"}], status_code=status)


async def _query_all(org: Org, request: Request) -> Response:
    return _answer(org, request, deleted=True)


async def _query(org: Org, request: Request) -> Response:
    return _answer(org, request, deleted=False)


def _answer(org: Org, request: Request, *, deleted: bool) -> Response:
    try:
        query = run(request.query_params.get("q", ""), org.all_objects, deleted=deleted)
    except Malformed as error:
        return _refuse(400, str(error))
    return JSONResponse(_page(query))


def _page(query: Query) -> dict[str, Any]:
    rows = [{name: row.get(name) for name in query.fields} for row in query.rows[:PAGE]]
    return {"totalSize": len(rows), "done": True, "records": rows}


async def _describe(org: Org, request: Request) -> Response:
    held = org.all_objects.get(request.path_params["name"])
    if held is None:
        return _refuse(404, "NOT_FOUND")
    fields = [
        {"name": name, "type": held.kinds[name], "updateable": name not in held.locked}
        for name in held.visible()
    ]
    return JSONResponse({"name": request.path_params["name"], "fields": fields})


async def _limits(org: Org, request: Request) -> Response:
    left = {"Max": DAILY_CALLS, "Remaining": DAILY_CALLS - org.calls}
    date = org.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
    return JSONResponse({"DailyApiRequests": left}, headers={"Date": date})


async def _retrieve(org: Org, request: Request) -> Response:
    asked = await request.json()
    held = org.objects[request.path_params["name"]]
    if len(asked["ids"]) > IDS_A_READ:
        return _refuse(400, "EXCEEDED_MAX_SIZE_REQUEST")
    if not set(asked["fields"]) <= set(held.visible()):
        return _refuse(400, "INVALID_FIELD")
    rows = (held.of_id(record_id) for record_id in asked["ids"])
    return JSONResponse(
        [
            None
            if row is None or row.get("IsDeleted")
            else {name: row.get(name) for name in asked["fields"]}
            for row in rows
        ]
    )


async def _update(org: Org, request: Request) -> Response:
    asked = await request.json()
    if len(asked["records"]) > ROWS_A_WRITE:
        return _refuse(400, "EXCEEDED_MAX_SIZE_REQUEST")
    results = []
    for record in asked["records"]:
        errors = org.update(record)
        results.append({"id": record.get("id"), "success": not errors, "errors": errors})
    return JSONResponse(results)


async def _create_field(org: Org, request: Request) -> Response:
    asked = await request.json()
    if not org.add_field(asked["FullName"], asked["Metadata"]["type"]):
        return _refuse(400, "DUPLICATE_DEVELOPER_NAME")
    return JSONResponse({"id": "00N000000000001AAA", "success": True}, status_code=201)


async def _create(org: Org, request: Request) -> Response:
    if request.path_params["name"] not in org.extra:
        return _refuse(404, "NOT_FOUND")
    record = org.create(request.path_params["name"], await request.json())
    if record is None:
        return _refuse(400, "DUPLICATE_VALUE")
    return JSONResponse({"id": record["Id"], "success": True}, status_code=201)
