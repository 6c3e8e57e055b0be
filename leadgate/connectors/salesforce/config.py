"""What is known of Salesforce's API, and what the environment says of a firm's org."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from leadgate.connectors.environment import from_environment

API = "/services/data/v64.0"
TOKEN = "/services/oauth2/token"  # noqa: S105 - a path
# Of one answer to a query, and of one call that reads or writes records by their ids.
ROWS_A_PAGE = 2_000
IDS_A_CALL = 2_000
ROWS_A_WRITE = 200
# Bytes of the columns in an address: with the headers it may have 16,384.
LONGEST_LIST = 8_000

# The objects that are read, and the column by which changes are followed.
STAMPS = {
    "Lead": "SystemModstamp",
    "Opportunity": "SystemModstamp",
    "Task": "SystemModstamp",
    "Event": "SystemModstamp",
    "CampaignMember": "SystemModstamp",
    "LeadHistory": "CreatedDate",
}
# The columns that are needed of each, besides Id and stamp.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Lead": (
        "IsDeleted", "CreatedDate", "Status", "ConvertedOpportunityId", "ConvertedContactId",
        "ConvertedDate",
    ),
    "Opportunity": (
        "IsDeleted", "IsClosed", "IsWon", "CloseDate", "LastStageChangeDate", "Amount",
        "CreatedDate",
    ),
    "Task": (
        "IsDeleted", "WhoId", "TaskSubtype", "Type", "IsClosed", "ActivityDate",
        "CompletedDateTime", "CreatedDate",
    ),
    "Event": ("IsDeleted", "WhoId", "Type", "ActivityDateTime", "ActivityDate", "CreatedDate"),
    "CampaignMember": (
        "IsDeleted", "LeadId", "ContactId", "CampaignId", "Status", "FirstRespondedDate",
        "CreatedDate",
    ),
    "LeadHistory": ("LeadId", "Field", "OldValue", "NewValue"),
}  # fmt: skip
# Of these all other columns that the user may see are read, too.
WHOLE = frozenset({"Lead"})
# Not in every org: a pull goes on without them.
OPTIONAL: Mapping[str, str] = {
    "LeadHistory": "handoffs and losses have no dates: track the history of the lead's fields",
    "CampaignMember": "answers to campaigns are no activities",
}
# Kinds of columns that hold nothing to learn from, or too much.
LEFT_OUT = frozenset(
    {"address", "location", "base64", "encryptedstring", "textarea", "email", "phone"}
)
NUMBERS = frozenset({"double", "currency", "percent", "int", "long"})

# Of the fields that are written: none of them is read as a fact about a lead.
FIELD_PREFIX = "Leadgate_"
FIELD = FIELD_PREFIX + "{name}__c"
PERMISSION_SET = "Leadgate"


@dataclass(frozen=True)
class Settings:
    """Of an External Client App that may use client credentials.

    Attributes
    ----------
    url
        Of the org, such as ``https://firm.my.salesforce.com``.
    client_id, client_secret
        Of the app; its *run as* user is who reads and writes.
    """

    url: str
    client_id: str
    client_secret: str

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Self:
        """Read ``LEADGATE_SALESFORCE_URL``, ``…_CLIENT_ID`` and ``…_CLIENT_SECRET``.

        Raises
        ------
        ConfigError
            Naming every variable that is missing, or is no address.
        """
        return cls(**from_environment("SALESFORCE", cls, environment))
