"""Look at a Salesforce org: its name, what the user may do, the quota, the clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from leadgate.connectors.clock import Clock
from leadgate.connectors.connector import Fault, Field
from leadgate.connectors.http import Http
from leadgate.connectors.salesforce.answers import name_of, records, unreadable
from leadgate.connectors.salesforce.config import API, OPTIONAL, STAMPS
from leadgate.connectors.salesforce.read import columns_of, described
from leadgate.connectors.salesforce.write import wrong_kinds
from leadgate.errors import CrmError

# Of the day's quota, below which people should know.
LOW_QUOTA = 0.2
SKEW_SECONDS = 120.0


def org(http: Http) -> tuple[str, bool]:
    """Return the name and id of the org, and whether it is one that people work in."""
    soql = "SELECT Id, Name, IsSandbox, OrganizationType FROM Organization"
    answer = http.call("GET", f"{API}/query", repeatable=True, params={"q": soql}).record()
    rows = records(answer, "Organization")
    org_id = name_of(rows[0].get("Id")) if rows else ""
    if not org_id:
        raise unreadable("Organization", "the answer names no org")
    # A sandbox bears the name of the org that it is a copy of; the id is its own.
    words = "".join(c for c in str(rows[0].get("Name") or "") if c.isprintable())
    trial = rows[0].get("IsSandbox") is True
    trial = trial or rows[0].get("OrganizationType") == "Developer Edition"
    return f"{words} {org_id}".strip(), not trial


def check(http: Http, clock: Clock, fields: Sequence[Field]) -> list[Fault]:
    """Return one sentence for each thing that was looked at."""
    return [*_rights(http), *_fields(http, fields), *_quota(http, clock)]


def _rights(http: Http) -> Iterator[Fault]:
    for name in STAMPS:
        try:
            columns = columns_of(http, name, lambda _: True)
        except CrmError as error:
            if error.status == 404 and name in OPTIONAL:
                yield Fault(name, True, f"not in this org, or hidden; {OPTIONAL[name]}")
            else:
                yield Fault(name, False, str(error))
        else:
            yield Fault(name, True, f"{len(columns)} columns can be read")


def _fields(http: Http, fields: Sequence[Field]) -> Iterator[Fault]:
    there = described(http, "Lead")
    absent = [field.name for field in fields if field.name not in there]
    locked = [f.name for f in fields if f.name in there and not there[f.name].get("updateable")]
    if absent:
        words = (
            f"not there or hidden: {', '.join(absent)}; leadgate push --create-fields makes them"
        )
        yield Fault("fields of the lead", False, words)
    wrong = wrong_kinds(there, fields)
    if wrong:
        words = f"{'; '.join(wrong)}; give the names of others under [crm.fields]"
        yield Fault("fields of the lead", False, words)
    if locked:
        words = f"this user may not edit {', '.join(locked)}; give its permission set the right"
        yield Fault("fields of the lead", False, words)
    if not (absent or locked or wrong):
        yield Fault("fields of the lead", True, f"all {len(fields)} can be written")


def _quota(http: Http, clock: Clock) -> Iterator[Fault]:
    answer = http.call("GET", f"{API}/limits", repeatable=True)
    day = answer.record().get("DailyApiRequests")
    try:
        most, left = float(day["Max"]), float(day["Remaining"])  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        raise unreadable(answer.what, "DailyApiRequests has no Max and Remaining") from None
    yield Fault(
        "quota", left >= LOW_QUOTA * most, f"{left:,.0f} of {most:,.0f} calls are left today"
    )
    stamp = answer.date()
    if stamp is not None:
        apart = abs((stamp - clock.now()).total_seconds())
        words = f"this machine and Salesforce are {apart:.0f} s apart"
        yield Fault("clock", apart <= SKEW_SECONDS, words)
