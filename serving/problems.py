"""Refusals over HTTP: RFC 9457 problem details, one shape for every fault.

A fault of the client is a 4xx and never a 5xx: a CRM repeats a 5xx for days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException

from leadgate.errors import LeadError, LeadgateError, ModelError, StoreError

MEDIA_TYPE = "application/problem+json"
# Seconds.
RETRY = {"Retry-After": "10"}


# Of a text that somebody else wrote and that comes back in an answer.
LONGEST_ECHO = 100


def cut(text: str) -> str:
    """Return a text that was sent, as short as it may come back."""
    return text if len(text) <= LONGEST_ECHO else text[: LONGEST_ECHO - 1] + "…"


class HttpError(LeadgateError):
    """A refusal with its HTTP status.

    Parameters
    ----------
    status
        HTTP status, 400 to 599.
    code
        Stable snake_case name for machines.
    detail
        One sentence for people; never a field value of a lead.
    field
        The field at fault, if it is one.
    headers
        Sent with the answer.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        field: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code=code)
        self.status = status
        self.field = field
        self.headers = dict(headers or {})

    def body(self, request_id: str) -> bytes:
        """Return the problem details as JSON; `field` is empty when no field is at fault."""
        problem = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.message,
            "field": self.field,
            "request_id": request_id,
        }
        return json.dumps(problem).encode()


def http_error(error: Exception) -> HttpError:
    """Return the answer to a client about `error`; of a defect only that there is one."""
    if isinstance(error, HttpError):
        return error
    if isinstance(error, LeadError):
        return HttpError(400, error.code, str(error), field=error.field)
    if isinstance(error, (ModelError, StoreError)):
        return HttpError(503, error.code, str(error), headers=RETRY)
    if isinstance(error, TimeoutError):
        detail = "There was no answer in time; ask again later."
        return HttpError(503, "too_slow", detail, headers=RETRY)
    if isinstance(error, HTTPException):
        return _routing_error(error)
    return HttpError(
        500, "internal_error", "This is a defect of the service, not of the request; it is logged."
    )


def _routing_error(error: HTTPException) -> HttpError:
    code = {404: "not_found", 405: "method_not_allowed"}.get(error.status_code, "http_error")
    detail = {
        404: "There is nothing at this address; /openapi.json lists what there is.",
        405: "This address does not take this method.",
    }.get(error.status_code, str(error.detail))
    return HttpError(error.status_code, code, detail, headers=error.headers)
