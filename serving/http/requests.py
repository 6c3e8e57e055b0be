"""What comes in over HTTP: strict JSON, flat leads, a field named for every fault.

What a field means is the scorer's business. Here it only has to be a value that JSON knows, so
that nothing unusual gets any further.
"""

from __future__ import annotations

import asyncio
import json
import math
from collections import Counter
from collections.abc import Mapping
from urllib.parse import parse_qs

from starlette.requests import Request

from features.parsing.times import parse_instant
from leadgate.errors import LeadError
from serving.idempotency import CallKey
from serving.problems import HttpError, cut
from serving.scoring.lead_request import ScoreRequest

MAX_LEADS = 200
ACTIVITIES, AS_OF, LEADS, OTHERS = "activities", "as_of", "leads", "others"

# Longer whole numbers are no measurement, and converting them takes quadratic time.
_MAX_WHOLE = 10**25
# A longer body is parsed beside the event loop.
_LONG_BYTES = 256 * 1024
_NO_FIELDS = frozenset({ACTIVITIES, AS_OF, OTHERS})


def parse_json(body: bytes) -> object:
    """Read a body as JSON.

    Raises
    ------
    HttpError
        400: not UTF-8, not JSON, nested too deeply, with half a character, or with an object that
        has a name twice: readers differ in which of the two counts.
    """
    try:
        value = _decode(body.decode("utf-8-sig"))
        if b"\\u" in body:
            json.dumps(value, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        where = f"{error.msg} at line {error.lineno}, column {error.colno}"
        raise HttpError(400, "bad_json", f"The body is not JSON: {where}.") from None
    except UnicodeDecodeError as error:
        raise HttpError(
            400, "bad_encoding", f"The body is not UTF-8 from byte {error.start} on."
        ) from None
    except UnicodeEncodeError:
        raise HttpError(
            400,
            "bad_encoding",
            "A text of the body has half a surrogate pair (\\ud800 to \\udfff).",
        ) from None
    except RecursionError:
        raise HttpError(400, "bad_json", "The body is nested too deeply.") from None
    except ValueError:
        raise HttpError(400, "bad_json", "A number of the body has too many digits.") from None
    return value


async def read_json(request: Request) -> object:
    """Read the body of a request as `parse_json` does, without holding up others for long."""
    body = await request.body()
    return (
        await asyncio.to_thread(parse_json, body) if len(body) > _LONG_BYTES else parse_json(body)
    )


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    times = Counter(name for name, _ in pairs)
    name = cut(times.most_common(1)[0][0])
    raise HttpError(400, "repeated_name", f"An object has the name {name} twice.", field=name)


_decode = json.JSONDecoder(object_pairs_hook=_object).decode


def asks_against(query: bytes) -> bool:
    """Return whether a query asks for ten reasons: the strongest against the lead as well.

    Raises
    ------
    HttpError
        400: for another number than 5 or 10.
    """
    if not query:
        return False
    given = parse_qs(query.decode("latin-1"), keep_blank_values=True).get("reasons", ["5"])
    if given not in (["5"], ["10"]):
        raise HttpError(400, "bad_value", "reasons is 5 or 10.", field="reasons")
    return given == ["10"]


def score_request(value: object, *, against: bool = False) -> ScoreRequest:
    """Return the request for one lead; `against` as in `ScoreRequest`.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    if not isinstance(value, dict):
        raise LeadError("A lead is a flat JSON object.", code="bad_lead")
    given = value.get(AS_OF)
    as_of = None if given is None or given == "" else parse_instant(given, field=AS_OF)
    fields = {name: v for name, v in value.items() if name not in _NO_FIELDS}
    check_values(fields)
    activities = _objects(value.get(ACTIVITIES), ACTIVITIES)
    return ScoreRequest(fields, activities, as_of, _others(value.get(OTHERS)), against)


def call_key(headers: Mapping[bytes, bytes], caller: str, address: str, body: object) -> CallKey:
    """Return the Idempotency-Key of a request.

    Raises
    ------
    HttpError
        400: it is none.
    """
    key = headers.get(b"idempotency-key", b"").decode("latin-1")
    return CallKey.of(caller, key, address, body)


def list_request(value: object, name: str = LEADS) -> list[object]:
    """Return what a request lists under a name, each item still unread.

    Raises
    ------
    HttpError
        400: no such list, or more than `MAX_LEADS` items.
    """
    items = value.get(name) if isinstance(value, dict) else None
    if not isinstance(items, list):
        detail = f'The body is a JSON object {{"{name}": [...]}}.'
        raise HttpError(400, "bad_batch", detail, field=name)
    if len(items) > MAX_LEADS:
        detail = f"{len(items)} {name}; a request takes up to {MAX_LEADS}."
        raise HttpError(400, f"too_many_{name}", detail, field=name)
    return items


def check_values(fields: Mapping[str, object], of: str = "", row: int = 0) -> None:
    """Check that every value is text, a finite number, true, false or null.

    Raises
    ------
    LeadError
        Naming the first field at fault; `of` and `row` are its list, for the message.
    """
    for name, value in fields.items():
        if value is None or value is True or value is False:
            continue
        if isinstance(value, str):
            if "\x00" not in value:
                continue
            fault = "holds the character NUL"
        elif isinstance(value, int):
            fault = "" if abs(value) < _MAX_WHOLE else "has too many digits"
        elif isinstance(value, float):
            fault = "" if math.isfinite(value) else "is NaN or Infinity; send null for missing"
        else:
            fault = "is a list or an object, not text, a number, true, false or null"
        if fault:
            where = f"{of}[{row}].{cut(name)}" if of else cut(name)
            raise LeadError(f"{where} {fault}.", field=where, code="bad_value")


def _others(value: object) -> list[dict[str, object]] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise LeadError(f"{OTHERS} is a list of JSON objects.", field=OTHERS)
    bare = [_without_activities(other) for other in value]
    others = _objects(bare, OTHERS)
    for i, (other, sent) in enumerate(zip(others, value, strict=True)):
        other[ACTIVITIES] = _objects(sent.get(ACTIVITIES), f"{OTHERS}[{i}].{ACTIVITIES}")
    return others


def _without_activities(other: object) -> object:
    if not isinstance(other, dict):
        return other
    return {name: value for name, value in other.items() if name != ACTIVITIES}


def _objects(value: object, name: str) -> list[dict[str, object]]:
    """Return a list of flat objects; nothing is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise LeadError(f"{name} is a list of flat JSON objects.", field=name)
    for i, item in enumerate(value):
        if not isinstance(item, dict):
            where = f"{name}[{i}]"
            raise LeadError(f"{where} is not a flat JSON object.", field=where)
        check_values(item, name, i)
    return value
