"""What people say of a lead: feedback on a decision, and what is decided instead until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from unicodedata import category

from features.parsing.times import iso, now, parse_instant
from features.parsing.values import to_text
from features.schema.flags import flag
from leadgate.errors import LeadError
from leadgate.policy import DECISIONS
from serving.idempotency import Once, RepeatedCall
from serving.problems import cut
from serving.scoring.earlier_calls import checked_instant
from serving.scoring.lead_id import checked_id
from serving.store import Store

FEEDBACK, OVERRIDES = "feedback", "overrides"
# Characters.
LONGEST_NAME, LONGEST_REASON = 200, 1000
_FEEDBACK_NAMES = frozenset({"lead_id", "by", "reason", "agree"})
_OVERRIDE_NAMES = frozenset({"lead_id", "by", "reason", "decision", "until"})
_LINES = frozenset("\t\n\r")

Fields = Mapping[str, object]
Said = dict[str, Any]


def read_feedback(fields: Fields) -> Said:
    """Read what somebody says of the newest decision about a lead.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    _check_names(fields, _FEEDBACK_NAMES)
    agree = flag(to_text(fields.get("agree")))
    if agree is None:
        raise _fault("agree", "is neither true nor false")
    return {**_said(fields), "agree": int(agree)}


def read_override(fields: Fields) -> Said:
    """Read what somebody decides about a lead, until an instant or until it is overridden again.

    Raises
    ------
    LeadError
        Naming the field at fault.
    """
    _check_names(fields, _OVERRIDE_NAMES)
    decision = to_text(fields.get("decision"))
    if decision not in DECISIONS:
        raise _fault("decision", f"is none of {', '.join(DECISIONS)}")
    given, until = fields.get("until"), None
    if given is not None and given != "":
        until = checked_instant(parse_instant(given, field="until"), "until")
    return {**_said(fields, needs_reason=True), "decision": decision, "until": until}


def keep(store: Store, kind: str, said: Said, received_at: int, once: Once | None) -> None:
    """Keep what was said, once for each call.

    Raises
    ------
    LeadError
        ``erased``: the lead was erased meanwhile.
    """
    lead_id = said["lead_id"]
    try:
        with store.once([lead_id], once) as (transaction, _):
            if transaction.erased_among([lead_id], received_at):
                raise LeadError("The lead was erased while this call waited.", code="erased")
            transaction.say(kind, {**said, "said_at": now()})
    except RepeatedCall:
        return


def shown(kind: str, said: Mapping[str, Any]) -> dict[str, object]:
    """Return what was said as JSON values."""
    one = {"at": iso(said["said_at"]), "by": said["said_by"], "reason": said["reason"]}
    if kind == FEEDBACK:
        return {"agree": bool(said["agree"]), **one}
    until = said["until"]
    return {"decision": said["decision"], "until": None if until is None else iso(until), **one}


def _said(fields: Fields, *, needs_reason: bool = False) -> Said:
    lead_id = checked_id(fields.get("lead_id"), "lead_id")
    by = _text(fields, "by", LONGEST_NAME, needed=True)
    reason = _text(fields, "reason", LONGEST_REASON, needed=needs_reason)
    return {"lead_id": lead_id, "said_by": by, "reason": reason}


def _check_names(fields: Fields, names: frozenset[str]) -> None:
    """Refuse a field that is not read: without its `until`, an override would hold for ever."""
    unread = next((name for name in fields if name not in names), None)
    if unread is not None:
        raise _fault(cut(unread), f"is no field of this call: {', '.join(sorted(names))}")


def _text(fields: Fields, name: str, longest: int, *, needed: bool) -> str:
    text = to_text(fields.get(name)).strip()
    if needed and not text:
        raise _fault(name, "is missing")
    if len(text) > longest:
        raise _fault(name, f"has more than {longest} characters")
    if any(category(sign) == "Cc" and sign not in _LINES for sign in text):
        # A terminal that shows it would obey.
        raise _fault(name, "holds a control character")
    return text


def _fault(field: str, fault: str) -> LeadError:
    return LeadError(f"{field} {fault}.", field=field, code="bad_value")
