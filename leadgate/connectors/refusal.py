"""A refusal of a CRM in words: its code and what to do, never its body, which may hold fields."""

from __future__ import annotations

import json
import re

from leadgate.errors import CrmError

# Shown of what a CRM says about its refusal: shorter than a secret.
_CODE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,59}", re.ASCII)
# Of those that some CRMs answer with 403.
OUT_OF_QUOTA = frozenset({"REQUEST_LIMIT_EXCEEDED"})
_CODES = {401: "crm_log_in", 403: "crm_rights", 429: "crm_quota"}
_HINTS = {
    401: "Check the credentials in the environment.",
    403: "Give the user of this log-in the right to it.",
    429: "The CRM's quota is used up: try again later.",
}


def refused(what: str, status: int, body: bytes) -> CrmError:
    """Return the error for a call that was answered with a status of 400 or more."""
    said = _said(body)
    meant = 429 if said in OUT_OF_QUOTA else status
    return CrmError(
        f"{what}: {status}{f' ({said})' if said else ''}.",
        status=status,
        code=_CODES.get(meant, "crm"),
        hint=_HINTS.get(meant, ""),
    )


def _said(body: bytes) -> str:
    """Return the code of a refusal as CRMs give it; nothing else, which may hold fields."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, dict):
        return ""
    error = value.get("error")
    inner = error if isinstance(error, dict) else value
    code = inner.get("errorCode") or inner.get("code") or inner.get("name") or inner.get("category")
    text = code or (error if isinstance(error, str) else "")
    return text if isinstance(text, str) and _CODE.fullmatch(text) else ""
