"""Undo a push: put back what the fields held, where nobody has changed them since."""

from __future__ import annotations

from leadgate.connectors.connector import Connector, Value
from leadgate.connectors.pushed.journal import Journal
from leadgate.connectors.pushed.push import LEADS_A_PART, Pushed
from leadgate.connectors.values import parts, same


def undo(connector: Connector, journal: Journal) -> Pushed:
    """Put back what a push has overwritten.

    A field that holds something else than the push wrote was changed since, or put back already,
    and stays; its lead counts as unchanged.

    Raises
    ------
    CrmError
        If the CRM cannot be reached.
    DataError
        ``unknown_push``.
    """
    journal.of(connector.name, connector.org)
    done, before = Pushed(), connector.calls
    fields = list(connector.fields().values())
    for part in parts(journal.overwritten(), LEADS_A_PART):
        now = connector.current([lead_id for lead_id, _, _ in part], fields)
        done.missing += sum(lead_id not in now for lead_id, _, _ in part)
        back: dict[str, dict[str, Value]] = {}
        for lead_id, held, written in part:
            if lead_id not in now:
                continue
            ours = {
                name: value
                for name, value in held.items()
                if any(
                    n == name and same(v, now[lead_id].get(n))
                    for w in written
                    for n, v in w.items()
                )
            }
            if ours:
                back[lead_id] = ours
            else:
                done.unchanged += 1
        for ids in parts(back, connector.leads_a_call):
            for result in connector.write({lead_id: back[lead_id] for lead_id in ids}):
                done.count(result)
    done.calls = connector.calls - before
    return done
