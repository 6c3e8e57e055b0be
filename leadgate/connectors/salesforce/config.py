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

# The objects that are read, and the column by which changes are followed.
STAMPS = {
    "Lead": "SystemModstamp",
    "Opportunity": "SystemModstamp",
    "Task": "SystemModstamp",
    "Event": "SystemModstamp",
    "CampaignMember": "SystemModstamp",
    "LeadHistory": "CreatedDate",
}
# Left out: all columns that the user may see.
COLUMNS: Mapping[str, tuple[str, ...]] = {
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
