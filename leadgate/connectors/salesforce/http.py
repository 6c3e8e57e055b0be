"""Salesforce's log-in: client credentials, a token that runs out, and what a refusal means."""

from __future__ import annotations

from collections.abc import Mapping

import requests

from leadgate.connectors.clock import Clock
from leadgate.connectors.http import Http
from leadgate.connectors.salesforce.config import TOKEN, Settings


class ClientCredentials:
    """The log-in of an app; the token is kept until it is refused."""

    def __init__(self, settings: Settings, clock: Clock, session: requests.Session | None) -> None:
        self._http = Http(settings.url, clock, session=session)
        self._form = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret,
        }
        self._token = ""

    @property
    def calls(self) -> int:
        """How many requests the log-in took; they do not count against the quota."""
        return self._http.calls

    def headers(self) -> Mapping[str, str]:
        """Return the bearer token, asked for where there is none."""
        if not self._token:
            answer = self._http.call("POST", TOKEN, repeatable=True, body=self._form)
            self._token = str(answer.record().get("access_token", ""))
        return {"Authorization": f"Bearer {self._token}"}

    def renew(self) -> bool:
        """Forget the token."""
        self._token = ""
        return True
