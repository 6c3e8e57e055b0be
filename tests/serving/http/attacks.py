"""Attacks on the endpoint, each with the answer that it has to get."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

SCORE, WRITE, ADMIN, ALL, LIMITED = "k-score", "k-write", "k-admin", "k-all", "k-limited"
SECRET, PUBLIC = "the-secret", "https://leads.example.com"
JANE = "jane.doe@secret.example"
LEAD = {"lead_id": "4711", "created_at": "2026-01-01T09:00:00Z", "Source": "Web", "Email": JANE}
SOUND = json.dumps(LEAD).encode()
JSON = {"Content-Type": "application/json"}
CLOSED = 0


@dataclass(frozen=True)
class Attack:
    """Bytes for a socket, and the status and code of the last answer to them.

    Attributes
    ----------
    sent
        Bytes, or what makes them when they are sent.
    statuses
        Any of these; `CLOSED` for a connection that ends without an answer.
    answers
        How many there are to be; None for any number.
    """

    name: str
    sent: tuple[bytes | Callable[[], bytes], ...]
    statuses: tuple[int, ...]
    code: str = ""
    answers: int | None = None


def raw(method, target, headers=None, body=b"", key=SCORE, length=True, last=True):
    """Return the bytes of a request; the last one of its connection, unless its body is long."""
    ends = {"Connection": "close"} if last and len(body) < 50_000 else {}
    named = {"X-API-Key": key} if key else {}
    head = {"Host": "leads", **ends, **named, **(headers or {})}
    if length and (body or method == "POST"):
        head.setdefault("Content-Length", str(len(body)))
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def post(path="/v1/score", body=SOUND, key=SCORE, **headers):
    """Return the bytes of a request with a JSON body."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return raw("POST", path, JSON | named, body, key)


def signed(body=SOUND, *, path="/v1/score", method="POST", signs=None, age=0.0, **headers):
    """Return the bytes of a request that HubSpot signed; `signs` is what it signed instead."""
    stamp = str(int((time.time() - age) * 1000))
    given = {"method": method, "path": path, "body": body} | (signs or {})
    content = f"{given['method']}{PUBLIC}{given['path']}".encode() + given["body"] + stamp.encode()
    mark = base64.b64encode(hmac.digest(SECRET.encode(), content, hashlib.sha256)).decode()
    names = {"X-HubSpot-Signature-v3": mark, "X-HubSpot-Request-Timestamp": stamp}
    return raw(method, path, JSON | names | headers, body, key="")


def _listed(name, items, **headers):
    paths = {"leads": "/v1/score/batch"}
    body = json.dumps({name: items}).encode()
    return post(paths.get(name, f"/v1/{name}"), body, ALL, **headers)


def _lead(**fields):
    return post(body=json.dumps({**LEAD, **fields}).encode())


def _one(name, sent, *statuses, code="", answers=None):
    return Attack(name, (sent,), statuses, code, answers)


_CHUNKED = {**JSON, "Transfer-Encoding": "chunked"}
_CHUNKS = b"%x\r\n%b\r\n0\r\n\r\n" % (len(SOUND), SOUND)
_HIDDEN = raw("DELETE", "/v1/leads/4711", key=ADMIN)
_LINE = b"POST /v1/score HTTP/1.1\r\nHost: leads\r\n"


def _framing():
    def length(value, body=SOUND):
        head = {**JSON, "Content-Length": value}
        return raw("POST", "/v1/score", head, body, last=False)

    def coded(value, body=_CHUNKS):
        return raw("POST", "/v1/score", {**JSON, "Transfer-Encoding": value}, body, length=False)

    both = {**_CHUNKED, "Content-Length": "6"}
    yield _one("two lengths", raw("POST", "/v1/score", both, _CHUNKS), 400, code="bad_framing")
    smuggled = raw("POST", "/v1/score", both, b"0\r\n\r\n" + _HIDDEN)
    yield _one("a request hidden in another", smuggled, 400, code="bad_framing", answers=1)
    first = {"Content-Length": "6", **_CHUNKED}
    yield _one("lengths turned", raw("POST", "/v1/score", first, _CHUNKS), 400, code="bad_framing")
    unequal = _LINE + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n" + SOUND
    yield _one("unequal lengths", unequal, 400, code="bad_http")
    for value in ("+5", "-1", "0x10", "5, 6", "5 5", "five", "9" * 30):
        yield _one(f"length {value[:6]}", length(value), 400, code="bad_http")
    yield _one("a length of a terabyte", length("9" * 12), 413, code="too_large")
    yield _one("a length of 5,000 digits", length("9" * 5000), 400, 413, CLOSED)
    for value in ("gzip", "chunked, chunked", "identity", "xchunked", "chunked, gzip"):
        yield _one(f"coded {value}", coded(value), 400, code="bad_http")
    yield _one("a chunk of no size", coded("chunked", b"zz\r\n"), 400)
    yield _one("a chunk of a long size", coded("chunked", b"f" * 100 + b"\r\n"), 400)
    old = coded("chunked").replace(b"HTTP/1.1", b"HTTP/1.0")
    yield _one("chunks in HTTP/1.0", old, 400, code="bad_framing")
    yield _one("half a body", length("999"), CLOSED, 400)
    more = length(str(len(SOUND)), SOUND + b"xx\r\n\r\n")
    yield _one("more than the length", more, 400, code="bad_http", answers=2)
    yield _one("NUL in a header", _LINE + b"X-A: a\0b\r\n\r\n", 400, code="bad_http")
    yield _one("a space before the colon", _LINE + b"X-API-Key : a\r\n\r\n", 400, code="bad_http")
    yield _one("a bare CR", _LINE + b"X-A: a\rX-API-Key: k\r\n\r\n", 400, code="bad_http")
    yield _one("no host", b"GET /v1/model HTTP/1.1\r\n\r\n", 400, code="bad_http")
    yield _one("two hosts", _LINE + b"Host: evil\r\n\r\n", 400, code="bad_http")
    yield _one("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400, 405)
    yield _one("TLS", bytes.fromhex("160301020001000001fc0303") + b"\0" * 500, 400, CLOSED)
    yield _one("a long line", raw("GET", "/" + "a" * 70_000), 400, 414)
    yield _one("a longer line", raw("GET", "/" + "a" * 300_000), 400, 414)
    yield _one("a long head", raw("GET", "/v1/model", {"X-A": "a" * 70_000}), 400, 431)
    socket = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13"}
    yield _one("a web socket", raw("GET", "/v1/score", socket), 405)
    yield _one("a web socket without a key", raw("GET", "/v1/model", socket, key=""), 401)
    twice = raw("GET", "/v1/model", last=False) + _HIDDEN.replace(ADMIN.encode(), SCORE.encode())
    yield _one("two at once, each with its key", twice, 403, answers=2)


def _addresses():
    for method in ("FOO", "A" * 5000, "TRACE", "post", "PROPFIND", "DEBUG"):
        yield _one(f"method {method[:8]}", raw(method, "/v1/score"), 405, code="method_not_allowed")
    yield _one("a tunnel", raw("CONNECT", "evil.example:443"), 405)
    yield _one("another method of its own", raw("PUT", "/v1/score", JSON, SOUND), 405)
    for path in (
        "/v1/%73core", "/v1/score%2f", "/v1%2fscore", "/%2e/v1/score", "/v1/score%00", "/%6civez",
        "//v1/score", "/v1/score/", "/v1/../v1/score", "/V1/SCORE", "/v1/score;x=1", "/v1/score#x",
        "http://evil.example/v1/score", "*", "/v1/leads/../score", "/docs.json", "/static/x",
    ):  # fmt: skip
        yield _one(f"address {path}", post(path), 404, 405)
    elsewhere = {"X-Original-URL": "/livez", "X-Rewrite-URL": "/livez"}
    hidden = raw("GET", "/v1/model", elsewhere, key="")
    yield _one("an address that a header names", hidden, 401, code="no_key")
    erase = raw("GET", "/v1/leads/nobody", {"X-HTTP-Method-Override": "DELETE"})
    yield _one("a method that a header names", erase, 404, code="unknown_lead")


def _callers():
    for method, path in (
        ("POST", "/v1/score"), ("POST", "/v1/score/batch"), ("POST", "/v1/activities"),
        ("POST", "/v1/outcomes"), ("GET", "/v1/leads/4711"), ("DELETE", "/v1/leads?id=4711"),
        ("GET", "/v1/model"), ("GET", "/openapi.json"), ("GET", "/metrics"), ("GET", "/nothing"),
    ):  # fmt: skip
        yield _one(f"no key: {method} {path}", raw(method, path, JSON, key=""), 401, code="no_key")
    digest = hashlib.sha256(SCORE.encode()).hexdigest()
    for name, key in (
        ("another", "k"), ("a hash", digest), ("a long", "k" * 30_000),
        ("an upper-case", SCORE.upper()), ("two in one", f"{SCORE},{ADMIN}"),
    ):  # fmt: skip
        yield _one(f"{name} key", post(key=key), 401, code="bad_key")
    bearer = raw("GET", "/v1/model", {"Authorization": f"Bearer {SCORE}"}, key="")
    yield _one("a key elsewhere", bearer, 401, code="no_key")
    yield _one("a key in the query", raw("GET", f"/v1/model?key={SCORE}", key=""), 401)
    two = post().replace(b"Host:", f"X-API-Key: {ADMIN}\r\nHost:".encode())
    yield _one("two keys", two, 400, code="repeated_header")
    for key, path in (
        (SCORE, "/v1/activities"), (SCORE, "/v1/outcomes"), (WRITE, "/v1/score"),
        (WRITE, "/v1/score/batch"), (ADMIN, "/v1/score"), (ADMIN, "/v1/outcomes"),
    ):  # fmt: skip
        yield _one(f"{key} at {path}", post(path, key=key), 403, code="wrong_scope")
    for key in (SCORE, WRITE):
        erase = raw("DELETE", "/v1/leads/4711", key=key)
        yield _one(f"{key} erases", erase, 403, code="wrong_scope")
    yield _one("writing reads", raw("GET", "/v1/leads/4711", key=WRITE), 403, code="wrong_scope")


def _ids():
    yield _one("NUL in an id", raw("GET", "/v1/leads/a%00b"), 400, code="bad_value")
    yield _one("a long id", raw("GET", "/v1/leads/" + "a" * 501), 400, code="bad_value")
    yield _one("a rounded id", _lead(lead_id="4.7E+11"), 400, code="bad_value")
    yield _one("two ids", raw("DELETE", "/v1/leads?id=a&id=b", key=ADMIN), 400, code="bad_value")
    yield _one("no id", raw("DELETE", "/v1/leads", key=ADMIN), 400, code="missing_lead_id")
    for value in ("' OR 1=1 --", "../../etc/passwd", "{{7*7}}", "__proto__", "\\", "%s%n"):
        target = "/v1/leads?id=" + "".join(f"%{byte:02x}" for byte in value.encode())
        yield _one(f"id {value}", raw("GET", target), 404, code="unknown_lead")
    for value in ([], {}, True, "", " ", None, "a\0b"):
        yield _one(f"id {value!r}", _lead(lead_id=value), 400)
    other = [{"type": "visit", "occurred_at": "2026-01-02T00:00:00Z", "lead_id": "5"}]
    yield _one("another's activity", _lead(activities=other), 400, code="other_lead")


def _bodies():
    def of(body, *statuses, code="", name="", **headers):
        return _one(
            name or body[:20].decode("latin-1"), post(body=body, **headers), *statuses, code=code
        )

    yield of(b'{"lead_id": "1", "lead_id": "2"}', 400, code="repeated_name")
    nested = b'{"lead_id": "1", "activities": [{"type": "a", "type": "b"}]}'
    yield of(nested, 400, code="repeated_name", name="a name twice, further in")
    twice = post("/v1/score/batch", b'{"leads": [], "leads": [{}]}')
    yield _one("two lists", twice, 400, code="repeated_name")
    for body in (b"", b"null", b"[]", b'"x"', b"{", b"{}x", b"[" * 100_000, b"\xff\xfe{\0}\0"):
        yield of(body, 400)
    yield of(b'{"lead_id": "\\ud800"}', 400, code="bad_encoding")
    yield of(b'{"lead_id": "1", "a": NaN}', 400, code="bad_value")
    yield of(b'{"lead_id": "1", "a": %b}' % (b"9" * 5000), 400, name="a number of 5,000 digits")
    yield of(SOUND, 415, name="another type", Content_Type="text/plain")
    yield of(SOUND, 415, name="Latin-1", Content_Type="application/json; charset=latin-1")
    yield of(SOUND, 415, name="compressed", Content_Encoding="gzip")
    yield of(b" " * 1_100_000, 413, code="too_large", name="a lead of a megabyte")
    large = post("/v1/score/batch", b" " * 4_300_000)
    yield _one("a list of four megabytes", large, 413, code="too_large")
    yield _one("201 leads", _listed("leads", [{}] * 201), 400, code="too_many_leads")
    yield _one("201 outcomes", _listed("outcomes", [{}] * 201), 400, code="too_many_outcomes")
    yield _one("a name of 100,000 letters", _lead(**{"a" * 100_000: []}), 400, code="bad_value")
    yield _one("3,000 names", _lead(**{f"f{i}" + "x" * 50: 1 for i in range(3000)}), 200)
    yield _one("scored in 2200", _lead(as_of="2200-01-01T00:00:00Z"), 400, code="bad_time")
    yield _one("born after", _lead(as_of="2020-01-01T00:00:00Z"), 400, code="created_after_as_of")
    again = (_lead_under("a"), _lead_under("a", Source="Event"))
    yield Attack("a key for two calls", again, (422,), "idempotency_key_reused")
    yield _one("a long idempotency key", _lead_under("k" * 10_000), 400)


def _lead_under(key, **fields):
    return post(body=json.dumps({**LEAD, **fields}).encode(), Idempotency_Key=key)


def _when_sent(*args, **options):
    """Return what signs when it is first called: a signature is old after five minutes."""
    return cache(lambda: signed(*args, **options))


def _signatures():
    def of(name, code, *sent, status=401):
        return Attack(name, sent, (status,), code)

    once = _when_sent(json.dumps({**LEAD, "lead_id": "hub"}).encode())
    yield Attack("a signature", (_when_sent(),), (200,))
    yield of("a signature again", "repeated_signature", once, once)
    yield of("of another body", "bad_signature", _when_sent(signs={"body": b"{}"}))
    yield of("of another address", "bad_signature", _when_sent(signs={"path": "/v1/model"}))
    yield of("of another method", "bad_signature", _when_sent(signs={"method": "PUT"}))
    yield of("of an hour ago", "old_signature", _when_sent(age=3600))
    yield of("of an hour to come", "old_signature", _when_sent(age=-3600))
    forged = {"X-HubSpot-Signature-v3": "A" * 43 + "="}
    yield of("a made-up signature", "bad_signature", _when_sent(**forged))
    yield of("no signature", "bad_signature", _when_sent(**{"X-HubSpot-Signature-v3": "x"}))
    yield of("no time", "bad_signature", _when_sent(**{"X-HubSpot-Request-Timestamp": "now"}))
    yield of("a signature and a wrong key", "bad_key", _when_sent(**{"X-API-Key": "k"}))
    erase = _when_sent(b"", path="/v1/leads/4711", method="DELETE")
    yield of("HubSpot erases", "wrong_scope", erase, status=403)
    twice = cache(lambda: signed().replace(b"Host:", b"X-HubSpot-Signature-v3: x\r\nHost:"))
    yield of("two signatures", "repeated_header", twice, status=400)


def _limits():
    lists = (_many(),) * 4
    yield Attack(
        "800 leads in four calls", (*lists, post(key=LIMITED)), (429,), "too_many_requests"
    )


def _many():
    return post("/v1/score/batch", json.dumps({"leads": [{}] * 200}).encode(), LIMITED)


ATTACKS = (
    *_framing(), *_addresses(), *_callers(), *_ids(), *_bodies(), *_signatures(), *_limits(),
)  # fmt: skip
