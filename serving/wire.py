"""What comes in over HTTP: strict JSON, flat leads, a field named for every fault.

What a field means is the scorer's business. Here it only has to be a value that JSON knows, so
that nothing unusual gets any further.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from features.times import parse_instant
from leadgate.errors import LeadError
from serving.problems import HttpError

MAX_LEADS = 200
ACTIVITIES, AS_OF, LEADS = "activities", "as_of", "leads"

# Longer whole numbers are no measurement, and converting them takes quadratic time.
_MAX_WHOLE = 10**25


@dataclass(frozen=True, slots=True)
class ScoreRequest:
    """One lead to score.

    Attributes
    ----------
    lead
        Fields by their names in the export; each text, number, bool or None.
    activities
        Known at `as_of`; fields likewise.
    as_of
        Microseconds since the epoch, UTC; None for now.
    """

    lead: dict[str, object]
    activities: list[dict[str, object]]
    as_of: int | None


def parse_json(body: bytes) -> object:
    """Read a body as JSON.

    Raises
    ------
    HttpError
        400: not UTF-8, not JSON, nested too deeply, or with half a character.
    """
    try:
        value = json.loads(body.decode("utf-8-sig"))
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


def score_request(value: object) -> ScoreRequest:
    """Take one lead apart.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    if not isinstance(value, dict):
        raise LeadError("A lead is a flat JSON object.", code="bad_lead")
    given = value.get(AS_OF)
    as_of = None if given is None or given == "" else parse_instant(given, field=AS_OF)
    fields = {name: v for name, v in value.items() if name not in (ACTIVITIES, AS_OF)}
    check_values(fields)
    return ScoreRequest(fields, _activities(value.get(ACTIVITIES)), as_of)


def batch_request(value: object) -> list[object]:
    """Return the leads of a batch, each still unread.

    Raises
    ------
    HttpError
        400: no list of leads, or more than `MAX_LEADS`.
    """
    leads = value.get(LEADS) if isinstance(value, dict) else None
    if not isinstance(leads, list):
        raise HttpError(400, "bad_batch", 'A batch is a JSON object {"leads": [...]}.', field=LEADS)
    if len(leads) > MAX_LEADS:
        raise HttpError(
            400,
            "too_many_leads",
            f"{len(leads)} leads; a batch takes up to {MAX_LEADS}, a file more: leadgate score.",
            field=LEADS,
        )
    return leads


def check_values(fields: Mapping[str, object], where: str = "") -> None:
    """Check that every value is text, a finite number, true, false or null.

    Raises
    ------
    LeadError
        Naming the first field at fault, after `where`.
    """
    for name, value in fields.items():
        if value is None or isinstance(value, str | bool):
            continue
        if isinstance(value, int):
            fault = "" if abs(value) < _MAX_WHOLE else "has too many digits"
        elif isinstance(value, float):
            fault = "" if math.isfinite(value) else "is NaN or Infinity; send null for missing"
        else:
            fault = "is a list or an object, not text, a number, true, false or null"
        if fault:
            raise LeadError(f"{where}{name} {fault}.", field=where + name, code="bad_value")


def _activities(value: object) -> list[dict[str, object]]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise LeadError(f"{ACTIVITIES} is a list of flat JSON objects.", field=ACTIVITIES)
    for i, activity in enumerate(value):
        where = f"{ACTIVITIES}[{i}]"
        if not isinstance(activity, dict):
            raise LeadError(f"{where} is not a flat JSON object.", field=where)
        check_values(activity, f"{where}.")
    return value
