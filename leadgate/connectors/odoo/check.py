"""Look at an Odoo database: whether people work in it, what the user may do, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadgate.connectors.clock import Clock
from leadgate.connectors.connector import Fault, Field
from leadgate.connectors.http import Http
from leadgate.connectors.odoo.config import COLUMNS, LEAD, TRACKING
from leadgate.connectors.odoo.http import called, described, rows
from leadgate.connectors.odoo.read import columns_of
from leadgate.errors import CrmError

SKEW_SECONDS = 120.0
_NEUTRALIZED = "database.is_neutralized"


def production(http: Http) -> bool:
    """Whether people work in it: all but a neutralized copy that the user may see to be one."""
    try:
        held = rows(http, "ir.config_parameter", [("key", "=", _NEUTRALIZED)], ["value"])
    except CrmError as error:
        if error.status != 403:
            raise
        return True
    return not any(str(row["value"]).lower() in ("true", "1") for row in held)


def check(http: Http, clock: Clock, fields: Sequence[Field]) -> list[Fault]:
    """Return one sentence for each thing that was looked at."""
    return [*_rights(http), *_fields(http, fields), *_clock(http, clock)]


def _rights(http: Http) -> Iterator[Fault]:
    for name in COLUMNS:
        try:
            columns = columns_of(http, name, lambda _: True)
            called(http, name, "search", domain=[], limit=1)
        except CrmError as error:
            if name == TRACKING and error.status == 403:
                words = "for administrators alone: there will be no handoffs and no field changes"
                yield Fault(name, True, words)
            else:
                yield Fault(name, False, str(error))
        else:
            yield Fault(name, True, f"{len(columns)} columns can be read")


def _fields(http: Http, fields: Sequence[Field]) -> Iterator[Fault]:
    there = described(http, LEAD)
    absent = [field.name for field in fields if field.name not in there]
    locked = [f.name for f in fields if f.name in there and there[f.name].get("readonly")]
    if absent:
        words = (
            f"not there or hidden: {', '.join(absent)}; leadgate push --create-fields makes them"
        )
        yield Fault("fields of the lead", False, words)
    if locked:
        yield Fault("fields of the lead", False, f"nobody may edit {', '.join(locked)}")
    if not (absent or locked):
        yield Fault("fields of the lead", True, f"all {len(fields)} can be written")


def _clock(http: Http, clock: Clock) -> Iterator[Fault]:
    stamp = called(http, LEAD, "search", domain=[], limit=1).date()
    if stamp is not None:
        apart = abs((stamp - clock.now()).total_seconds())
        words = f"this machine and Odoo are {apart:.0f} s apart"
        yield Fault("clock", apart <= SKEW_SECONDS, words)
