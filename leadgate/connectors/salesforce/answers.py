"""What Salesforce answers, looked at before it is used: any other shape is one sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from leadgate.connectors.http import Answer
from leadgate.errors import CrmError

_NAME = re.compile(r"[A-Za-z0-9_.]{1,120}", re.ASCII)


def unreadable(what: str, why: str) -> CrmError:
    """Return the error for an answer that is not what the documents say."""
    return CrmError(
        f"{what}: {why}.",
        code="crm_answer",
        hint="Check the address of the CRM; a proxy may answer instead.",
    )


def records(answer: Mapping[str, Any], what: str) -> list[dict[str, Any]]:
    """Return the records of an answer to a query.

    Raises
    ------
    CrmError
        ``crm_answer``, if they are no list of objects.
    """
    rows = answer.get("records")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable(what, "its records are no list of objects")
    return rows


def results(answer: Answer, count: int) -> list[dict[str, Any] | None]:
    """Return one object or null for each record that was asked for.

    Raises
    ------
    CrmError
        ``crm_answer``, if there are more or fewer, or other values.
    """
    rows = answer.json()
    if (
        not isinstance(rows, list)
        or len(rows) != count
        or not all(row is None or isinstance(row, dict) for row in rows)
    ):
        raise unreadable(answer.what, "the answer is not one result for each record")
    return rows


def name_of(value: object) -> str:
    """Return a name of the API as it may be shown and asked for; "" for anything else."""
    return value if isinstance(value, str) and _NAME.fullmatch(value) else ""
