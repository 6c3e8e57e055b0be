"""One time of a request."""

from __future__ import annotations

import math
import re
from datetime import datetime

from features.parsing.epoch import EARLIEST, LATEST, NAT, micros_of
from leadgate.errors import LeadError

_EPOCH_MS = re.compile(r"[0-9]{12,13}(?:\.[0-9]+)?")
# Smaller numbers are seconds or something else: read as milliseconds they would fall into 1973.
_EPOCH_MS_FROM, _EPOCH_MS_UNTIL = 1e11, 1e13


def parse_instant(value: object, *, field: str) -> int:
    """Read one time of a request.

    Parameters
    ----------
    value
        ISO 8601 text with an offset, or epoch milliseconds as a number or as text.
    field
        Name of the field, for the message.

    Returns
    -------
    int
        Microseconds since the epoch, UTC.

    Raises
    ------
    LeadError
        ``bad_time``: anything else.
    """
    if isinstance(value, str):
        text = value.strip()
        # The hyphen first: this runs for every time of every request.
        if text[4:5] == "-" or not _EPOCH_MS.fullmatch(text):
            return _parse_iso(text, field)
        value = float(text)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < _EPOCH_MS_UNTIL else math.nan
        if number >= _EPOCH_MS_FROM:
            return round(number * 1000)
    raise _bad_time(field, "is no time")


def _parse_iso(text: str, field: str) -> int:
    try:
        instant = datetime.fromisoformat(text)
        us = micros_of(instant) if instant.tzinfo else NAT
    except (ValueError, OverflowError):
        raise _bad_time(field, "is no time") from None
    if us == NAT:
        raise _bad_time(field, "has no offset")
    if not EARLIEST <= us <= LATEST:
        raise _bad_time(field, "is out of range")
    return us


def _bad_time(field: str, problem: str) -> LeadError:
    wanted = "Send ISO 8601 with an offset, such as 2026-01-02T03:04:05Z, or epoch milliseconds."
    return LeadError(f"{field} {problem}. {wanted}", field=field, code="bad_time")
