"""A client of the scoring endpoint: what a request needs so that nothing is lost or done twice.

It needs requests and nothing else of leadgate's stack.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Mapping, Sequence
from typing import Any, NotRequired, Self, TypedDict, cast
from urllib.parse import quote

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from leadgate.errors import LeadgateError

MAX_BATCH = 200
# What says that the same request may be answered later.
_LATER = frozenset({408, 429, 502, 503, 504})
_FIRST_PAUSE_SECONDS = 0.2
# The last: a service that was killed while it answered.
_UNANSWERED = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)

Fields = Mapping[str, object]


class Answer(TypedDict):
    """What is decided about a lead.

    Uplift and what belongs to it are there where the model knows what becomes of leads that nobody
    works.
    """

    lead_id: str
    as_of: str
    readiness: float | None
    readiness_low: float | None
    readiness_high: float | None
    readiness_unworked: NotRequired[float | None]
    uplift: NotRequired[float | None]
    uplift_low: NotRequired[float | None]
    uplift_high: NotRequired[float | None]
    grade: str
    stage: str
    decision: str
    threshold: float | None
    propensity: float | None
    explored: bool
    reason_1: str
    reason_2: str
    reason_3: str
    reason_4: str
    reason_5: str
    uplift_why: NotRequired[str]
    model_version: str
    warnings: str
    request_id: str


class Kept(TypedDict, total=False):
    """What became of one activity or outcome.

    ``status`` is 201 for new, 200 for seen before, 202 for kept on the service's disk until its
    store is back, 400 for a fault, which is named.
    """

    status: int
    code: str
    detail: str
    field: str


class CallError(LeadgateError):
    """A request that was refused, or that nobody answered.

    Attributes
    ----------
    status
        Of HTTP; 0 when nobody answered.
    field
        The field at fault, "" when none is.
    request_id
        Names the request in the service's log.
    """

    code = "no_answer"

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        text = str(problem.get("detail") or f"The service answered {status}.")
        super().__init__(text, code=str(problem.get("code") or "http_error"))
        self.status = status
        self.field = str(problem.get("field", ""))
        self.request_id = str(problem.get("request_id", ""))


class Client:
    """Calls one service; repeats what was answered with 408, 429, 502, 503, 504 or not.

    Scores are sent with an ``Idempotency-Key``, so that a repeated request is answered with the
    first decision. Activities and outcomes carry their own identity.

    Parameters
    ----------
    url
        Of the service, for example ``https://leads.example.com``.
    key
        An API key.
    timeout
        Seconds to wait for one answer.
    patience
        Seconds within which a request is repeated, as ``Retry-After`` says where it is given.

    Raises
    ------
    CallError
        By every method, if the request is refused, or not answered within the patience.
    """

    def __init__(
        self, url: str, key: str, *, timeout: float = 10.0, patience: float = 60.0
    ) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._patience = patience
        self._session = _Session()
        self._session.headers.update({"X-API-Key": key, "Content-Type": "application/json"})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._session.close()

    def score(self, lead: Fields, *, idempotency_key: str | None = None) -> Answer:
        """Decide about a lead.

        Parameters
        ----------
        lead
            ``lead_id``, ``created_at``, its fields by their names in the export, and maybe
            ``activities`` and ``as_of``.
        idempotency_key
            The same key gets the same answer; left out: a new one for this call.
        """
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        return cast(Answer, self._call("POST", "/v1/score", lead, headers))

    def score_batch(self, leads: Sequence[Fields]) -> list[dict[str, Any]]:
        """Decide about many leads; each result has a ``status``, 200 or that of its fault."""
        return self._many("/v1/score/batch", "leads", leads)

    def add_activities(self, activities: Sequence[Fields]) -> list[Kept]:
        """Keep activities: ``lead_id``, ``type``, ``occurred_at`` and more; in order."""
        return cast(list[Kept], self._many("/v1/activities", "activities", activities))

    def add_outcomes(self, outcomes: Sequence[Fields]) -> list[Kept]:
        """Keep outcomes: ``lead_id``, ``outcome``, ``closed_at`` and more; in order."""
        return cast(list[Kept], self._many("/v1/outcomes", "outcomes", outcomes))

    def lead(self, lead_id: str) -> dict[str, Any]:
        """Return the decisions about a lead; a `CallError` of status 404 where there are none."""
        return self._call("GET", f"/v1/leads?id={quote(lead_id, safe='')}")

    def forget(self, lead_id: str) -> dict[str, Any]:
        """Erase a lead and return what there was of it, which takes an admin's key.

        A `CallError` of status 404 where there was nothing.
        """
        return self._call("DELETE", f"/v1/leads?id={quote(lead_id, safe='')}")

    def model(self) -> dict[str, Any]:
        """Return the facts about the model that answers."""
        return self._call("GET", "/v1/model")

    def _many(self, path: str, name: str, rows: Sequence[Fields]) -> list[dict[str, Any]]:
        parts = (rows[start : start + MAX_BATCH] for start in range(0, len(rows), MAX_BATCH))
        answers = (self._call("POST", path, {name: list(part)}) for part in parts)
        return [result for answer in answers for result in answer["results"]]

    def _call(
        self,
        method: str,
        path: str,
        content: Fields | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        body = None if content is None else json.dumps(content).encode()
        until = time.monotonic() + self._patience
        pause = _FIRST_PAUSE_SECONDS
        while True:
            status, answer, asked = self._once(method, path, body, headers)
            if 200 <= status < 300:
                return answer
            wait = asked or pause * random.uniform(1, 2)  # noqa: S311
            if (status and status not in _LATER) or time.monotonic() + wait > until:
                raise CallError(status, answer)
            time.sleep(wait)
            pause *= 2

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> tuple[int, dict[str, Any], float]:
        """Return status, 0 when nobody answered, the JSON object, and the seconds to wait."""
        try:
            answer = self._session.request(
                method, self._url + path, data=body, headers=headers, timeout=self._timeout
            )
        except _UNANSWERED as error:
            reason = f"No answer from {self._url} ({type(error).__name__})."
            return 0, {"code": CallError.code, "detail": reason}, 0.0
        try:
            content = answer.json()
        except ValueError:
            content = {}
        try:
            seconds = Retry().parse_retry_after(answer.headers.get("Retry-After", "0"))
        except InvalidHeader:
            seconds = 0.0
        return answer.status_code, content if isinstance(content, dict) else {}, seconds


class _Session(requests.Session):
    """Sends the key to the host that it belongs to, and to no other that a redirect names."""

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Drop the key where a redirect leads to another host."""
        super().rebuild_auth(prepared_request, response)
        if self.should_strip_auth(response.request.url or "", prepared_request.url or ""):
            prepared_request.headers.pop("X-API-Key", None)
