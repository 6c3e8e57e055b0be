"""Odoo as a connector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import requests

from leadgate.connectors.clock import Clock
from leadgate.connectors.connector import Fault, Field, Page, Value, Wanted, Written
from leadgate.connectors.decided import fields_named
from leadgate.connectors.http import Http
from leadgate.connectors.odoo import check, read, write
from leadgate.connectors.odoo.config import COLUMNS, Settings
from leadgate.connectors.odoo.http import Key
from leadgate.connectors.odoo.place import again


class Odoo:
    """One database of Odoo, logged in as the user of a key; see `Connector`.

    Parameters
    ----------
    settings
        From the environment.
    names
        Of fields that are called otherwise, by what they hold.
    """

    name = "odoo"
    objects: Mapping[str, str] = dict.fromkeys(COLUMNS, "id")
    leads_a_call = 1

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        *,
        names: Mapping[str, str] | None = None,
        session: requests.Session | None = None,
    ) -> None:
        self._clock = clock
        self._http = Http(settings.url, clock, log_in=Key(settings), session=session)
        self._fields = fields_named(write.field_name, names or {})
        write.refuse_forecast(self._fields)
        self._kinds = {field.name: field.kind for field in self._fields.values()}
        database = f"/{settings.database}" if settings.database else ""
        self.org = urlsplit(settings.url).netloc + database
        self.production = check.production(self._http)

    @property
    def calls(self) -> int:
        """How many requests were sent."""
        return self._http.calls

    def read(self, name: str, place: str, wanted: Wanted) -> Iterator[Page]:
        """Read a model from a place on."""
        return read.pages(self._http, name, place, wanted)

    def again(self, place: str) -> str:
        """Return where the next pull begins."""
        return again(place)

    def present(self, name: str) -> set[str] | None:
        """Return the ids of the leads that are there: no stamp tells of a deletion."""
        return read.present(self._http, name)

    def fields(self) -> Mapping[str, Field]:
        """Return the fields that are written."""
        return self._fields

    def current(
        self, lead_ids: Sequence[str], fields: Sequence[Field]
    ) -> dict[str, dict[str, Value]]:
        """Return what the fields hold now."""
        return write.current(self._http, lead_ids, fields)

    def write(self, values: Mapping[str, Mapping[str, Value]]) -> list[Written]:
        """Set fields of leads, one call each: values that differ cannot share one."""
        return [
            write.write(self._http, lead_id, held, self._kinds) for lead_id, held in values.items()
        ]

    def missing(self, fields: Sequence[Field]) -> list[str]:
        """Return the names of the fields that the user does not see."""
        return write.missing(self._http, fields)

    def create_fields(self, fields: Sequence[Field]) -> list[str]:
        """Create what is not there yet."""
        return write.create_fields(self._http, fields)

    def check(self, fields: Sequence[Field]) -> list[Fault]:
        """Look at rights, fields and clock; Odoo states no quota."""
        return check.check(self._http, self._clock, fields)
