"""One call of the endpoint: sent again while it may be answered later, and never sent elsewhere."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from leadgate.errors import LeadgateError

Json = dict[str, Any]

# What says that the same request may be answered later.
_LATER = frozenset({408, 429, 502, 503, 504})
_FIRST_PAUSE_SECONDS = 0.2
# What a second try may mend; the last: a service that was killed while it answered.
_UNANSWERED = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)


class CallError(LeadgateError):
    """A request that was refused, that nobody answered, or whose answer is none of leadgate's.

    Attributes
    ----------
    status
        Of HTTP; 0 when nobody answered.
    field
        The field at fault, "" when none is.
    request_id
        Names the request in the service's log.
    retry_after
        Seconds after which the service asks to be called again; 0 where it does not say.
    results
        Of a list that was sent in parts: what became of the items of the parts before, in order.
    """

    code = "no_answer"

    def __init__(
        self, status: int, problem: Mapping[str, Any], *, retry_after: float = 0.0
    ) -> None:
        text = str(problem.get("detail") or f"The service answered {status}.")
        super().__init__(text, code=str(problem.get("code") or "http_error"))
        self.status = status
        self.field = str(problem.get("field", ""))
        self.request_id = str(problem.get("request_id", ""))
        self.retry_after = retry_after
        self.results: list[Json] = []


class Connection:
    """Calls one service.

    Parameters
    ----------
    url, key, timeout, patience
        As in `leadgate.client.Client`.
    """

    def __init__(self, url: str, key: str, timeout: float, patience: float) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._patience = patience
        self._session = requests.Session()
        self._session.headers.update({"X-API-Key": key, "Content-Type": "application/json"})

    def close(self) -> None:
        """Close it."""
        self._session.close()

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        """Return the JSON object that the service answers.

        Raises
        ------
        CallError
            If the request is refused, or not answered within the patience.
        """
        until = time.monotonic() + self._patience
        pause = _FIRST_PAUSE_SECONDS
        while True:
            try:
                return self._once(method, path, body, headers)
            except CallError as error:
                wait = error.retry_after or pause * random.uniform(1, 2)  # noqa: S311
                again = error.status in _LATER or (error.status, error.code) == (0, CallError.code)
                if not again or time.monotonic() + wait > until:
                    raise
            time.sleep(wait)
            pause *= 2

    def _once(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str] | None
    ) -> Json:
        try:
            answer = self._session.request(
                method,
                self._url + path,
                data=body,
                headers=headers,
                timeout=self._timeout,
                # It would take the key, and the lead, to whoever it names.
                allow_redirects=False,
            )
        except requests.RequestException as error:
            code = CallError.code if isinstance(error, _UNANSWERED) else "bad_call"
            detail = f"No answer from {self._url} ({type(error).__name__})."
            raise CallError(0, {"code": code, "detail": detail}) from None
        content = _json(answer)
        if 200 <= answer.status_code < 300 and content is not None:
            return content
        raise CallError(answer.status_code, _problem(answer, content), retry_after=_wait(answer))


def _json(answer: requests.Response) -> Json | None:
    """Return the JSON object of an answer; None where it is none."""
    try:
        content = answer.json()
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _problem(answer: requests.Response, content: Json | None) -> Json:
    status = answer.status_code
    if 300 <= status < 400:
        detail = f"The service answered {status}, a redirect, which is not followed with a key."
        return {"code": "redirected", "detail": f"{detail} Give the address itself."}
    if status < 300:
        return {"code": "bad_answer", "detail": f"The answer ({status}) is no JSON object."}
    return content or {}


def _wait(answer: requests.Response) -> float:
    """Return the seconds of ``Retry-After``; 0 where there is none, or none that can be read."""
    try:
        return Retry().parse_retry_after(answer.headers.get("Retry-After", "0"))
    except InvalidHeader:
        return 0.0
