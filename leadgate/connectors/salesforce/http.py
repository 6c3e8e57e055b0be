"""Salesforce's log-in: client credentials, a token that runs out, and what a refusal means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from leadgate.connectors.clock import Clock
from leadgate.connectors.http import Http
from leadgate.connectors.salesforce.answers import name_of, unreadable
from leadgate.connectors.salesforce.config import TOKEN, Settings
from leadgate.errors import CrmError


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
        # The id of the user that the app runs as.
        self.user = ""

    @property
    def calls(self) -> int:
        """How many requests the log-in took; they do not count against the quota."""
        return self._http.calls

    def headers(self) -> Mapping[str, str]:
        """Return the bearer token, asked for where there is none."""
        if not self._token:
            answer = self._log_in()
            token = answer.get("access_token")
            if not (isinstance(token, str) and token.isascii() and token.isprintable() and token):
                raise unreadable(f"POST {TOKEN}", "the answer holds no access_token")
            self._token = token
            self.user = name_of(str(answer.get("id", "")).rpartition("/")[2])
        return {"Authorization": f"Bearer {self._token}"}

    def _log_in(self) -> dict[str, Any]:
        try:
            return self._http.call("POST", TOKEN, repeatable=True, body=self._form).record()
        except CrmError as error:
            if error.status != 400:
                raise
            raise CrmError(
                error.message,
                status=400,
                code="crm_log_in",
                hint="Check the credentials in the environment, and that the app allows client "
                "credentials and has a user to run as.",
            ) from None

    def renew(self) -> bool:
        """Forget the token."""
        self._token = ""
        return True
