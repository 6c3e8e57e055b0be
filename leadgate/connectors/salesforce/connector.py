"""Salesforce as a connector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import requests

from leadgate.connectors.clock import Clock
from leadgate.connectors.connector import Fault, Field, Page, Value, Wanted, Written
from leadgate.connectors.decided import fields_named
from leadgate.connectors.http import Http
from leadgate.connectors.place import again
from leadgate.connectors.salesforce import check, read, write
from leadgate.connectors.salesforce.config import ROWS_A_WRITE, STAMPS, Settings
from leadgate.connectors.salesforce.http import ClientCredentials


class Salesforce:
    """One org of Salesforce, logged in as an app's user; see `Connector`.

    Parameters
    ----------
    settings
        From the environment.
    names
        Of fields that are called otherwise, by what they hold.
    """

    name = "salesforce"
    objects: Mapping[str, str] = dict.fromkeys(STAMPS, "Id")
    leads_a_call = ROWS_A_WRITE

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        names: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self._clock = clock
        self._log_in = ClientCredentials(settings, clock, session)
        self._http = Http(settings.url, clock, log_in=self._log_in, session=session)
        self._fields = fields_named(write.field_name, names or {})
        self.org, self.production = check.org(self._http)

    @property
    def calls(self) -> int:
        """How many requests were sent, log-ins apart."""
        return self._http.calls

    def read(self, name: str, place: str, wanted: Wanted) -> Iterator[Page]:
        """Read an object from a place on."""
        return read.pages(self._http, name, place, wanted)

    def again(self, place: str) -> str:
        """Return where the next pull begins."""
        return again(place)

    def fields(self) -> Mapping[str, Field]:
        """Return the fields that are written."""
        return self._fields

    def current(
        self, lead_ids: Sequence[str], fields: Sequence[Field]
    ) -> dict[str, dict[str, Value]]:
        """Return what the fields hold now."""
        return write.current(self._http, lead_ids, fields)

    def write(self, values: Mapping[str, Mapping[str, Value]]) -> list[Written]:
        """Set fields of up to 200 leads."""
        return write.write(self._http, values)

    def missing(self, fields: Sequence[Field]) -> list[str]:
        """Return the names of the fields that the user does not see."""
        return write.missing(self._http, fields)

    def create_fields(self, fields: Sequence[Field]) -> list[str]:
        """Create what is not there yet."""
        return write.create_fields(self._http, fields, self._log_in.user)

    def check(self, fields: Sequence[Field]) -> list[Fault]:
        """Look at rights, fields, quota and clock."""
        return check.check(self._http, self._clock, fields)
