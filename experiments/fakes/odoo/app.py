"""Odoo's JSON-2 interface over a database: a bearer key, and named arguments that must be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from experiments.fakes.odoo.database import DATABASE, KEY, Database
from experiments.fakes.odoo.records import Refused

Arguments = Mapping[str, Any]
_UNPROCESSABLE = (422, "werkzeug.exceptions.UnprocessableEntity")
_FIND = {"domain", "order", "limit"}


def odoo_app(database: Database) -> Starlette:
    """Return the app of a database."""

    async def answer(request: Request) -> Response:
        named = request.headers.get("x-odoo-database")
        if named != DATABASE and (database.several or named is not None):
            return _refuse(404, "werkzeug.exceptions.NotFound")
        if request.headers.get("authorization") != f"bearer {KEY}":
            return _refuse(401, "werkzeug.exceptions.Unauthorized")
        path = request.path_params
        try:
            value = _call(database, path["model"], path["method"], await request.json())
        except Refused as refused:
            return _refuse(refused.status, refused.name)
        date = database.now().strftime("%a, %d %b %Y %H:%M:%S GMT")
        return JSONResponse(value, headers={"Date": date})

    return Starlette(routes=[Route("/json/2/{model}/{method}", answer, methods=["POST"])])


def _refuse(status: int, name: str) -> Response:
    body = {"name": name, "message": "in Odoo's own words", "arguments": [], "debug": "a trace"}
    return JSONResponse(body, status_code=status)


def _call(database: Database, model: str, method: str, asked: dict[str, Any]) -> object:
    ids, context = asked.pop("ids", []), asked.pop("context", {})
    takes, call = _METHODS.get(method, (set[str](), None))
    if call is None:
        raise Refused(404, "werkzeug.exceptions.NotFound")
    of_records = method == "write"
    if not set(asked) <= takes or (ids and not of_records):
        raise Refused(*_UNPROCESSABLE)
    return call(database, model, {**asked, "ids": ids, "context": context})


def _search(database: Database, model: str, asked: Arguments) -> object:
    order = asked.get("order", "id")
    limit = asked.get("limit")
    rows = database.search(model, asked.get("domain", []), order, limit, asked["context"])
    return [row["id"] for row in rows]


def _search_read(database: Database, model: str, asked: Arguments) -> object:
    held = database.model(model)
    rows = database.search(
        model, asked.get("domain", []), asked.get("order", "id"), asked.get("limit"),
        asked["context"],
    )  # fmt: skip
    return [held.answered(row, asked["fields"]) for row in rows]


def _fields_get(database: Database, model: str, asked: Arguments) -> object:
    fields = {"id": {"type": "integer", "store": True, "readonly": True}}
    fields |= database.model(model).fields
    wanted = set(asked["attributes"])
    return {n: {k: v for k, v in f.items() if k in wanted} for n, f in fields.items()}


def _write(database: Database, model: str, asked: Arguments) -> object:
    return database.write(model, asked["ids"], asked["vals"])


def _create(database: Database, model: str, asked: Arguments) -> object:
    if model != "ir.model.fields":
        raise Refused(403, "odoo.exceptions.AccessError")
    return database.create_fields(asked["vals_list"])


_METHODS: Mapping[str, tuple[set[str], Callable[[Database, str, Arguments], object]]] = {
    "search": (_FIND, _search),
    "search_read": (_FIND | {"fields"}, _search_read),
    "fields_get": ({"attributes", "allfields"}, _fields_get),
    "write": ({"vals"}, _write),
    "create": ({"vals_list"}, _create),
}
