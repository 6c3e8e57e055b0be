"""The id of a lead, as a request must give it."""

from __future__ import annotations

from features.parsing.ids import ROUNDED, canonical_id, is_scientific
from leadgate.errors import LeadError

# PostgreSQL takes no longer text into an index.
LONGEST_ID = 500


def checked_id(value: object, field: str) -> str:
    """Return a lead's id as it is compared, if it is one.

    Raises
    ------
    LeadError
        Naming `field`: missing, too long, or rounded by a spreadsheet.
    """
    lead_id = canonical_id(value)
    if not lead_id:
        raise LeadError(f"{field} is missing.", field=field, code="missing_lead_id")
    if len(lead_id) > LONGEST_ID:
        message = f"{field} has more than {LONGEST_ID} characters."
        raise LeadError(message, field=field, code="bad_value")
    if is_scientific(lead_id):
        raise LeadError(f"{field} {ROUNDED}.", field=field, code="bad_value")
    return lead_id
