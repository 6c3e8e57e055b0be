"""Columns of the common CRMs that are known only after the outcome, or are overwritten in place.

Names as documented by Salesforce (Lead), HubSpot (contact) and Dynamics 365 (lead).
"""

from __future__ import annotations

import re

_AFTER_OUTCOME = {
    "it is set when a lead converts (Salesforce)": (
        "IsConverted",
        "ConvertedDate",
        "ConvertedAccountId",
        "ConvertedContactId",
        "ConvertedOpportunityId",
        "Converted",
        "ConvertedAccount",
        "ConvertedContact",
        "ConvertedOpportunity",
    ),
    "it is a stage of the sale (Salesforce)": ("Status", "StageName", "IsWon", "IsClosed"),
    "it is a stage of the sale (HubSpot)": (
        "lifecyclestage",
        "hs_lead_status",
        "hs_lifecyclestage",
        "dealstage",
    ),
    "it tells of deals (HubSpot)": (
        "closedate",
        "days_to_close",
        "recent_deal_amount",
        "recent_deal_close_date",
        "first_deal_created_date",
        "num_associated_deals",
        "total_revenue",
        "hs_analytics_revenue",
    ),
    "it is a score made today, from all that came after (HubSpot)": (
        "hs_predictivecontactscore",
        "hs_predictivecontactscore_v2",
        "hubspotscore",
    ),
    "it is a stage of the sale (Dynamics)": ("statecode", "statuscode"),
    "it is set when a lead qualifies (Dynamics)": (
        "qualifyingopportunityid",
        "qualifyingopportunity",
        "parentaccountid",
        "parentaccountforlead",
        "parentcontactid",
        "parentcontactforlead",
    ),
    "it says why or how the lead ended": (
        "DisqualifiedReason",
        "DisqualificationReason",
        "LostReason",
        "LossReason",
        "ClosedLostReason",
        "WonReason",
        "RejectionReason",
        "ClosedDate",
        "WonDate",
        "LostDate",
        "Outcome",
    ),
}
_OVERWRITTEN = {
    "LastModifiedDate",
    "LastModifiedById",
    "SystemModstamp",
    "LastActivityDate",
    "LastTransferDate",
    "OwnerId",
    "Rating",
    "modifiedon",
    "modifiedby",
    "ownerid",
    "owneremployeeid",
    "leadqualitycode",
    "lastmodifieddate",
    "hubspot_owner_id",
    "num_conversion_events",
    "num_unique_conversion_events",
    "num_contacted_notes",
    "num_notes",
    "Tags",
    "LeadQuality",
    "LeadProfile",
    "notes",
}
# Words that speak of the present, and of totals up to the present.
_PRESENT = re.compile(
    r"\b(last|latest|recent|modified|updated|next|owner|assigned|stage|status|score"
    r"|total|visits|views|opens?|clicks?|sessions|duration)\b"
)
# Words of what sales or a tool replaces as it works the lead. Totals are left out: much of what
# they count came before the lead did. "Last 7 days" is a window, which may end when it should.
_REPLACED = re.compile(
    r"\b(last(?! \d)|latest|recent|modified|updated|next|owner|assigned|stage|status|score|grade"
    r"|disposition|tags?|rating|quality|profile|mql|sal|sql|qualified)\b"
)


def normalised(name: str) -> str:
    """Return a column name as its letters and digits, in lower case."""
    return re.sub(r"[\W_]+", "", name.lower())


def words(name: str) -> list[str]:
    """Return the words of a column name, in lower case; ``LastModified`` has two."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.sub(r"[\W_]+", " ", split).lower().split()


_REASONS = {normalised(n): why for why, names in _AFTER_OUTCOME.items() for n in names}
_TODAY = {normalised(name) for name in _OVERWRITTEN}


def known_after_outcome(name: str) -> str:
    """Return why a column of this name is known only after the outcome; "" when it is not."""
    if normalised(name).startswith("hsdateentered"):
        return "it is a stage of the sale (HubSpot)"
    return _REASONS.get(normalised(name), "")


def looks_overwritten(name: str) -> bool:
    """Whether a column of this name tends to hold what is true today, not at creation."""
    return normalised(name) in _TODAY or bool(_PRESENT.search(" ".join(words(name))))


def replaced_in_place(name: str) -> bool:
    """Whether a column of this name is written anew whenever sales or a tool knows better."""
    return bool(_REPLACED.search(" ".join(words(name))))
