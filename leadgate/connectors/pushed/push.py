"""Push: only what differs from what the CRM holds, in the CRM's own batches.

What is there is asked first, so a push that was killed and run again finds what it wrote and writes
it no second time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from leadgate.connectors.connector import Connector, Value, Written
from leadgate.connectors.decided import ACCOMPANYING
from leadgate.connectors.pushed.journal import Journal
from leadgate.connectors.values import parts, same

# Leads whose fields are asked for at once.
LEADS_A_PART = 2_000
EXAMPLES = 5

Decided = tuple[str, Mapping[str, Value]]


@dataclass
class Pushed:
    """What became of the leads of a push.

    Attributes
    ----------
    written, unchanged, failed, missing
        Leads whose fields were set, held all of it already, were refused, or are not in the CRM.
    faults
        How often the CRM gave each reason.
    calls
        Requests that it took.
    examples
        The first changes, as (lead, field, before, after).
    """

    written: int = 0
    unchanged: int = 0
    failed: int = 0
    missing: int = 0
    calls: int = 0
    faults: dict[str, int] = field(default_factory=dict)
    examples: list[tuple[str, str, Value, Value]] = field(default_factory=list)

    def count(self, result: Written) -> None:
        """Count what became of one lead."""
        if result.fault:
            self.failed += 1
            self.faults[result.fault] = self.faults.get(result.fault, 0) + 1
        else:
            self.written += 1

    def to_dict(self) -> dict[str, Any]:
        """Return the counts for JSON."""
        return {
            "written": self.written,
            "unchanged": self.unchanged,
            "failed": self.failed,
            "missing": self.missing,
            "calls": self.calls,
            "faults": self.faults,
        }


def push(
    connector: Connector,
    leads: Iterable[Decided],
    journal: Journal,
    *,
    dry_run: bool,
    say: Callable[[str], None],
) -> Pushed:
    """Write decisions to the fields of their leads.

    Parameters
    ----------
    leads
        Ids with what the fields are to hold, by what they hold (`decided`).
    journal
        Holds the old values before they are written over.
    dry_run
        Look, and write nothing.

    Raises
    ------
    CrmError
        If the CRM cannot be reached, or refuses more than single records.
    """
    done, before = Pushed(), connector.calls
    fields = connector.fields()
    absent = set(connector.missing(list(fields.values()))) if dry_run else set[str]()
    there = [field for field in fields.values() if field.name not in absent]
    for part in parts(leads, LEADS_A_PART):
        wanted = {
            lead_id: {fields[key].name: value for key, value in values.items()}
            for lead_id, values in part
        }
        held = {
            lead_id: dict.fromkeys(absent) | values
            for lead_id, values in connector.current(list(wanted), there).items()
        }
        alone = {fields[key].name for key in fields if key not in ACCOMPANYING}
        changed = {
            lead_id: {name: v for name, v in values.items() if not same(v, held[lead_id][name])}
            for lead_id, values in wanted.items()
            if lead_id in held and _differs(values, held[lead_id], alone)
        }
        done.missing += len(wanted) - len(held)
        done.unchanged += len(held) - len(changed)
        _show(done, changed, held)
        if dry_run:
            done.written += len(changed)
        else:
            _write(connector, changed, held, journal, done)
        say(f"{done.written + done.unchanged + done.failed + done.missing:,} leads")
    done.calls = connector.calls - before
    return done


def calls_needed(leads: int, leads_a_call: int) -> int:
    """Return the most requests that a push of so many leads takes while nothing fails."""
    return math.ceil(leads / LEADS_A_PART) + math.ceil(leads / leads_a_call)


def _write(
    connector: Connector,
    changed: Mapping[str, Mapping[str, Value]],
    held: Mapping[str, dict[str, Value]],
    journal: Journal,
    done: Pushed,
) -> None:
    for ids in parts(changed, connector.leads_a_call):
        values = {lead_id: dict(changed[lead_id]) for lead_id in ids}
        journal.before(
            {i: {name: held[i][name] for name in values[i]} for i in ids},
            values,
        )
        results = connector.write(values)
        journal.refused(results)
        for result in results:
            done.count(result)


def _show(
    done: Pushed,
    changed: Mapping[str, Mapping[str, Value]],
    held: Mapping[str, Mapping[str, Value]],
) -> None:
    room = EXAMPLES - len(done.examples)
    for lead_id, values in islice(changed.items(), room):
        name = next(iter(values))
        done.examples.append((lead_id, name, held[lead_id][name], values[name]))


def _differs(values: Mapping[str, Value], held: Mapping[str, Value], alone: set[str]) -> bool:
    return any(not same(value, held[name]) for name, value in values.items() if name in alone)
