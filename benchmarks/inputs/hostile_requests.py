"""Requests that no client should send: seeded, well-formed as HTTP, wrong in everything else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

# Stands in every request where a lead's value would: it may come back nowhere, least in a log.
SECRET = "jane.doe@secret.example"

PATHS = ("/v1/score", "/v1/score/batch", "/v1/activities", "/v1/outcomes")
LISTS = {"/v1/score/batch": "leads", "/v1/activities": "activities", "/v1/outcomes": "outcomes"}
SOUND = {
    "lead_id": "4711",
    "created_at": "2026-03-01T08:00:00Z",
    "as_of": "2026-03-25T08:00:00Z",
    "type": "webinar",
    "occurred_at": "2026-03-02T09:30:00Z",
    "closed_at": "2026-03-20T09:30:00Z",
    "outcome": "won",
    "Employees": 250,
    "Email": SECRET,
}
TIMES = ("now", "2026-02-30T00:00:00Z", "2026-01-01", "0000-01-01T00:00:00Z", -1, 1e300, True)
VALUES = (
    None, "", " ", "\x00", "\ufeff", "\ud800", "9" * 400, 10**30, -(10**30), 1e308, float("nan"),
    float("inf"), [], {}, [[SECRET]], {SECRET: SECRET}, "a" * 70_000, "'; DROP TABLE leads; --",
    "{{7*7}}", "../../etc/passwd", "😀" * 300, SECRET, True, 0.1,
)  # fmt: skip
NAMES = (*SOUND, "activities", "leads", "value", "amount", "worked", "activity_id", "recorded_at")


@dataclass(frozen=True)
class Hostile:
    """One request and the kind of fault it has."""

    kind: str
    method: str
    target: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


def requests(n: int, seed: int = 0) -> Iterator[Hostile]:
    """Yield `n` requests; the same seed yields the same ones."""
    rng = random.Random(seed)
    kinds: list[Callable[[random.Random], Hostile]] = [
        _bytes, _cut, _wrong_values, _wrong_values, _wrong_values, _wrong_shape, _wrong_times,
        _wrong_head, _wrong_key, _wrong_address, _deep,
    ]  # fmt: skip
    for _ in range(n):
        yield rng.choice(kinds)(rng)


def _dumped(value: object) -> bytes:
    # Half a surrogate pair cannot be UTF-8: it is sent as JSON's escape.
    return json.dumps(value).encode()


def _post(kind: str, rng: random.Random, body: bytes, path: str = "", **head: str) -> Hostile:
    named = {name.replace("_", "-"): value for name, value in head.items()}
    return Hostile(kind, "POST", path or rng.choice(PATHS), body, named)


def _bytes(rng: random.Random) -> Hostile:
    return _post("bytes", rng, rng.randbytes(rng.randrange(200)) + SECRET.encode())


def _cut(rng: random.Random) -> Hostile:
    body = _dumped({"leads": [SOUND], **SOUND})
    return _post("cut short", rng, body[: rng.randrange(len(body) - 1)])


def _row(rng: random.Random) -> dict[str, object]:
    row: dict[str, object] = dict(SOUND)
    for name in rng.sample(NAMES, rng.randrange(1, 4)):
        row[name] = rng.choice(VALUES)
    if rng.random() < 0.3:
        row.pop(rng.choice(list(row)))
    return row


def _wrong_values(rng: random.Random) -> Hostile:
    path = rng.choice(PATHS)
    rows = [_row(rng) for _ in range(rng.randrange(1, 4))]
    body = {LISTS[path]: rows} if path in LISTS else {**rows[0], "activities": rows[1:]}
    return _post("wrong values", rng, _dumped(body), path)


def _wrong_times(rng: random.Random) -> Hostile:
    path = rng.choice(PATHS)
    names = ("created_at", "as_of", "occurred_at", "closed_at", "recorded_at")
    row = {**SOUND, rng.choice(names): rng.choice(TIMES)}
    return _post("wrong times", rng, _dumped({LISTS[path]: [row]} if path in LISTS else row), path)


def _wrong_shape(rng: random.Random) -> Hostile:
    shapes = (
        *VALUES, [SOUND], {"leads": SOUND}, {"leads": [SOUND] * 201}, {"activities": "x"},
        {"activities": [SOUND, SECRET]}, {"outcomes": [[SOUND]]}, {"outcomes": None},
    )  # fmt: skip
    return _post("wrong shape", rng, _dumped(rng.choice(shapes)))


def _deep(rng: random.Random) -> Hostile:
    depth = rng.choice((50, 5_000, 200_000))
    return _post("nested", rng, rng.choice((b"[", b'{"a":')) * depth + SECRET.encode())


def _wrong_head(rng: random.Random) -> Hostile:
    body = _dumped(SOUND)
    heads: tuple[dict[str, str], ...] = (
        {"Content_Type": "text/plain"}, {"Content_Type": "application/vnd.bentoml+pickle"},
        {"Content_Type": "multipart/form-data; boundary=x"}, {"Content_Type": "application/xml"},
        {"Content_Encoding": "gzip"}, {"Content_Type": "application/json; charset=utf-16"},
        {"Content_Type": ""}, {"X_Request_Id": SECRET, "Content_Type": "text/csv"},
        {"X_Request_Id": "x" * 3_000, "Content_Encoding": "br"},
        {"Idempotency_Key": "k" * 5_000, "Content_Type": "application/jsonp"},
    )  # fmt: skip
    return _post("wrong head", rng, body, "", **rng.choice(heads))


def _wrong_key(rng: random.Random) -> Hostile:
    keys = ("", "lg_wrong", "a" * 4_000, SECRET, "*", "null")
    signed = {"X_API_Key": "", "X_HubSpot_Signature_v3": "x", "X_HubSpot_Request_Timestamp": "1"}
    head = rng.choice([*({"X_API_Key": key} for key in keys), signed])
    return _post("wrong key", rng, _dumped(SOUND), "", **head)


def _wrong_address(rng: random.Random) -> Hostile:
    methods = ("GET", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
    targets = (
        "/", "//v1/score", "/v1/score/", "/v1/score%0A", "/V1/SCORE", "/v1/leads/", "/docs.json",
        f"/{SECRET}", f"/v1/leads/{SECRET}/x", "/v1/%2e%2e/metrics", "/static_content/x",
        "/v1/score?key=" + SECRET, "/v1/model/" + "a" * 5_000, "/schema.json/x", "/v1/score;x=1",
    )  # fmt: skip
    method, target = rng.choice(methods), rng.choice((*PATHS, *targets))
    body = _dumped(SOUND) if method in {"PUT", "PATCH"} else b""
    return Hostile("wrong address", method, target, body)
