"""Calls to a CRM: one kept connection, one retry rule, answers of bounded size, no secret in words.

The retry rule:

- 429, and 503 with ``Retry-After``: the call was not carried out. Nothing is sent for as long as
  the CRM asks, then it is sent again, whatever it is.
- Another 5xx, a timeout or a cut connection: nobody knows whether it was carried out. What may be
  repeated without harm is sent again, later each time; anything else is an error.
- 401: the log-in has run out. One new log-in, then the call again; a second 401 is an error.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, Protocol
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from leadgate.connectors.clock import Clock
from leadgate.connectors.refusal import refused
from leadgate.errors import CrmError

TIMEOUT_SECONDS = 60.0
ATTEMPTS = 8
# While nobody has ever answered: an address that is wrong is said within seconds.
FIRST_ATTEMPTS = 3
LONGEST_WAIT_SECONDS = 3600.0
FIRST_PAUSE_SECONDS = 1.0
# What an answer may hold: the largest page of a CRM is some 20 MB.
MAX_BYTES = 64 * 2**20
_CHUNK = 2**16

_UNANSWERED = (
    requests.ConnectionError,
    requests.Timeout,
    requests.exceptions.ChunkedEncodingError,
)


class LogIn(Protocol):
    """How a CRM is told who calls."""

    def headers(self) -> Mapping[str, str]:
        """Return the headers of a call; logs in where that is not done yet."""
        ...

    def renew(self) -> bool:
        """Forget a log-in that was refused; False where a new one would be the same."""
        ...


@dataclass(frozen=True)
class Answer:
    """What a CRM answered with a status below 400."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    what: str

    def json(self) -> Any:  # noqa: ANN401 - JSON values
        """Return the JSON value of the body.

        Raises
        ------
        CrmError
            If it is none: truncated, or a page for people.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            kind = self.headers.get("Content-Type", "no type").split(";")[0]
            raise CrmError(
                f"{self.what}: the answer is no JSON ({len(self.body)} bytes, {kind}).",
                status=self.status,
                code="crm_answer",
                hint="Check the address of the CRM; a proxy or a log-in page may answer instead.",
            ) from None

    def date(self) -> datetime | None:
        """Return when the CRM answered, by its own clock; None where it does not say so."""
        try:
            when = parsedate_to_datetime(self.headers.get("Date", ""))
        except (ValueError, TypeError, IndexError, OverflowError):
            return None
        return when if when.tzinfo is not None else None

    def record(self) -> dict[str, Any]:
        """Return the JSON object of the body; a `CrmError` where it is another value."""
        value = self.json()
        if not isinstance(value, dict):
            raise CrmError(
                f"{self.what}: the answer is a {type(value).__name__}, not an object.",
                status=self.status,
                code="crm_answer",
            )
        return value


class Http:
    """Calls to one host.

    Parameters
    ----------
    url
        Of the host, with the scheme; calls to any other are refused.
    log_in
        Who calls; None for the log-in itself.
    clock
        By which it waits.
    session
        Of requests; a test's leads to an app instead of a network.

    Attributes
    ----------
    calls
        How many requests were sent, repeated ones included.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        *,
        log_in: LogIn | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self.url = url.rstrip("/")
        self.calls = 0
        self._answered = False
        self._clock = clock
        self._log_in = log_in
        self._session = session or requests.Session()
        # Without it requests takes a log-in of .netrc instead of ours.
        self._session.auth = _as_it_is

    def call(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        params: Mapping[str, str] | None = None,
        json_body: Any = None,  # noqa: ANN401 - JSON values
        body: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request until it is answered, by the retry rule.

        Parameters
        ----------
        path
            On the host, or a whole address that the CRM gave for the next page.
        repeatable
            Whether doing it twice is doing it once.
        json_body, body
            A JSON value, or bytes or a form.

        Raises
        ------
        CrmError
            If it is refused, leads elsewhere, or was not answered often enough.
        """
        url = self._own(path)
        what = f"{method} {urlsplit(url).path}"
        if json_body is not None:
            body = json.dumps(json_body).encode()
            headers = {"Content-Type": "application/json", **(headers or {})}
        pause, renewed = FIRST_PAUSE_SECONDS, False
        for attempt in range(1, ATTEMPTS + 1):
            answer = self._once(method, url, what, params, body, headers)
            if answer is not None and answer.status < 400:
                return answer
            if answer is not None and answer.status == 401 and not renewed:
                renewed = True
                if self._log_in is not None and self._log_in.renew():
                    continue
            wait = self._wait(answer, pause, repeatable=repeatable)
            if wait is None or attempt == (ATTEMPTS if self._answered else FIRST_ATTEMPTS):
                if answer is None:
                    raise CrmError(
                        f"{what}: no answer from {self.url}.",
                        code="crm_unreachable",
                        hint="Check its address, or try again later.",
                    )
                raise refused(what, answer.status, answer.body)
            self._clock.sleep(wait)
            pause *= 2
        raise AssertionError("unreachable")

    def _own(self, path: str) -> str:
        """Return the address, which must be of the host that the log-in is for."""
        url = urljoin(self.url + "/", path)
        own, asked = urlsplit(self.url), urlsplit(url)
        if (own.scheme, own.netloc) != (asked.scheme, asked.netloc):
            raise CrmError(
                f"{self.url} names a page on another host, {asked.netloc}; nothing was sent there.",
                code="crm_answer",
            )
        return url

    def _wait(self, answer: Answer | None, pause: float, *, repeatable: bool) -> float | None:
        """Return the seconds to wait before the call is sent again; None where it must not be."""
        jitter = random.uniform(1, 1.5)  # noqa: S311
        if answer is None:
            return pause * jitter if repeatable else None
        asked = _retry_after(answer)
        if answer.status == 429 or (answer.status == 503 and asked is not None):
            wait = asked if asked is not None else pause * jitter
            return wait if wait <= LONGEST_WAIT_SECONDS else None
        return pause * jitter if answer.status >= 500 and repeatable else None

    def _once(
        self,
        method: str,
        url: str,
        what: str,
        params: Mapping[str, str] | None,
        body: bytes | Mapping[str, str] | None,
        headers: Mapping[str, str] | None,
    ) -> Answer | None:
        """Send once; None when nobody answered."""
        own = self._log_in.headers() if self._log_in is not None else {}
        self.calls += 1
        try:
            with self._session.request(
                method,
                url,
                params=params,
                data=body,
                headers={"Accept": "application/json", **own, **(headers or {})},
                timeout=TIMEOUT_SECONDS,
                allow_redirects=False,
                stream=True,
            ) as response:
                if 300 <= response.status_code < 400:
                    raise CrmError(
                        f"{what}: {self.url} sends elsewhere; the log-in is sent nowhere else.",
                        status=response.status_code,
                        code="crm_answer",
                        hint="Give the address that the CRM shows once you are logged in.",
                    )
                self._answered = True
                content = _bounded(response, what)
                return Answer(response.status_code, response.headers, content, what)
        except requests.exceptions.SSLError:
            raise CrmError(
                f"{what}: the certificate of {self.url} is not one that this machine trusts.",
                code="crm_unreachable",
                hint="Check the address of the CRM, and the proxy in between.",
            ) from None
        except _UNANSWERED:
            return None
        except requests.RequestException as error:  # its words may hold a header
            raise CrmError(
                f"{what}: the call or its answer is no HTTP ({type(error).__name__}).",
                code="crm_answer",
            ) from None


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _bounded(response: requests.Response, what: str) -> bytes:
    content = bytearray()
    for chunk in response.iter_content(_CHUNK):
        content += chunk
        if len(content) > MAX_BYTES:
            raise CrmError(
                f"{what}: the answer is longer than {MAX_BYTES // 2**20} MB.", code="crm_answer"
            )
    return bytes(content)


def _retry_after(answer: Answer) -> float | None:
    text = answer.headers.get("Retry-After")
    if text is None:
        return None
    try:
        return float(Retry().parse_retry_after(text))
    except InvalidHeader:
        return None
