"""What the standard exports of the common CRMs look like: data, not code.

Names as documented for Salesforce (Lead, LeadHistory, OpportunityFieldHistory), HubSpot (contact
properties under their internal names and their labels, property history) and Dynamics 365 (lead).
What is known only after the outcome in any of them stands in `features.crm.denylist`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from features.crm.denylist import normalised
from features.crm.outcome_words import Outcomes
from leadgate.config import FieldChangeColumns

_ENOUGH_MARKS = 3


@dataclass(frozen=True)
class Preset:
    """The export of leads of one CRM.

    Attributes
    ----------
    name
        Of the CRM and its table.
    marks
        Names of columns that tell the CRM, of which an export must have three.
    columns
        For a key of ``[columns]`` the names that it may have, best first.
    outcomes
        For a column of outcomes the values that mean won, lost and never worked.
    overwritten
        Columns that hold what is true today, by the reason.
    """

    name: str
    marks: str
    columns: Mapping[str, str]
    outcomes: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)
    overwritten: Mapping[str, str] = field(default_factory=dict)

    def told(self, name: str, values: Iterable[str]) -> Outcomes | None:
        """Return what the values of a column of outcomes mean, where this preset says so."""
        said = self.outcomes.get(normalised(name))
        if said is None:
            return None
        values = list(values)
        return Outcomes(*([v for v in values if _among(v, words)] for words in said))

    def why_overwritten(self, name: str) -> str:
        """Return why a column holds what is true today; "" when this preset does not say so."""
        return next((w for w, names in self.overwritten.items() if _among(name, names)), "")


_TOTAL = "a total up to today: of use only where its history is given"
_WORKED = "sales changes it as it works the lead"
_TODAY = "it tells of the latest change or activity, not of the creation"

PRESETS = (
    Preset(
        name="Salesforce leads",
        marks="IsConverted ConvertedDate ConvertedAccountId ConvertedContactId LeadSource "
        "ConvertedOpportunityId NumberOfEmployees AnnualRevenue SystemModstamp LastModifiedById "
        "IsUnreadByOwner EmailBouncedDate Jigsaw CleanStatus CompanyAccount LeadOwner",
        columns={
            "lead_id": "Id LeadId",
            "account_id": "Company CompanyAccount",
            "created_at": "CreatedDate",
            "outcome": "Status LeadStatus IsConverted Converted",
            "closed_at": "ConvertedDate",
            "segments": "LeadSource Industry",
        },
        overwritten={
            _WORKED: "Rating OwnerId Owner LeadOwner IsUnreadByOwner",
            _TODAY: "LastModifiedDate LastModifiedById SystemModstamp LastActivityDate "
            "LastTransferDate LastViewedDate LastReferencedDate EmailBouncedDate "
            "EmailBouncedReason CleanStatus",
        },
    ),
    Preset(
        name="HubSpot contacts",
        marks="hs_object_id lifecyclestage hs_lead_status hs_analytics_source hs_email_domain "
        "hs_latest_source hs_analytics_num_page_views hs_analytics_num_visits hs_email_open "
        "hs_email_click num_conversion_events num_unique_conversion_events hubspot_owner_id "
        "associatedcompanyid numemployees RecordID LifecycleStage OriginalSource ContactOwner "
        "NumberOfPageviews NumberOfSessions NumberOfFormSubmissions OriginalTrafficSource",
        columns={
            "lead_id": "hs_object_id vid RecordID ContactID",
            "account_id": "associatedcompanyid PrimaryAssociatedCompanyID company CompanyName",
            "created_at": "createdate CreateDate",
            "outcome": "lifecyclestage LifecycleStage",
            "closed_at": "closedate CloseDate",
            "amount": "recent_deal_amount RecentDealAmount total_revenue TotalRevenue",
            "segments": "hs_analytics_source OriginalSource OriginalTrafficSource industry",
        },
        outcomes={"lifecyclestage": ("customer evangelist", "", "")},
        overwritten={
            _TOTAL: "hs_analytics_num_page_views hs_analytics_num_visits "
            "hs_analytics_num_event_completions hs_analytics_average_page_views hs_email_open "
            "hs_email_click hs_email_delivered hs_email_bounce hs_email_replied "
            "num_conversion_events num_unique_conversion_events num_notes num_contacted_notes "
            "num_associated_deals hs_social_num_broadcast_clicks NumberOfPageviews "
            "NumberOfSessions AveragePageviews NumberOfFormSubmissions "
            "NumberOfUniqueFormsSubmitted MarketingEmailsDelivered MarketingEmailsOpened "
            "MarketingEmailsClicked NumberOfSalesActivities NumberOfTimesContacted",
            _TODAY: "lastmodifieddate hs_lastmodifieddate hs_latest_source "
            "hs_latest_source_data_1 hs_latest_source_data_2 hs_latest_source_timestamp "
            "hs_analytics_last_timestamp hs_analytics_last_visit_timestamp "
            "hs_analytics_last_url hs_email_last_open_date hs_email_last_click_date "
            "recent_conversion_date recent_conversion_event_name notes_last_contacted "
            "notes_last_updated notes_next_activity_date LatestSource LatestTrafficSource "
            "LastModifiedDate LastActivityDate LastContacted RecentConversion "
            "RecentConversionDate TimeOfLastSession LastPageSeen",
            _WORKED: "hubspot_owner_id hubspot_team_id hubspot_owner_assigneddate ContactOwner "
            "HubSpotTeam OwnerAssignedDate",
        },
    ),
    Preset(
        name="Dynamics 365 leads",
        marks="leadid statecode statuscode createdon leadsourcecode leadqualitycode industrycode "
        "qualifyingopportunityid parentaccountid parentcontactid modifiedon "
        "DoNotModifyLead DoNotModifyRowChecksum DoNotModifyModifiedOn",
        columns={
            "lead_id": "leadid DoNotModifyLead",
            "account_id": "companyname CompanyName",
            "created_at": "createdon CreatedOn",
            "outcome": "statecode Status statuscode StatusReason",
            "segments": "leadsourcecode LeadSource industrycode Industry",
        },
        outcomes={
            "statecode": ("1 Qualified", "2 Disqualified", ""),
            "statuscode": ("3 Qualified", "4 5 6 7 Lost CannotContact NoLongerInterested Canceled",
                           "1 New"),
        },
        overwritten={
            _WORKED: "leadqualitycode Rating prioritycode salesstage salesstagecode ownerid Owner "
            "owningbusinessunit purchaseprocess purchasetimeframe budgetstatus decisionmaker "
            "evaluatefit confirminterest need initialcommunication msdyn_salesassignmentresult",
            _TODAY: "modifiedon modifiedby DoNotModifyModifiedOn DoNotModifyRowChecksum "
            "lastusedincampaign lastonholdtime onholdtime timespentbymeonemailandmeetings "
            "traversedpath stageid processid versionnumber",
            "it is a forecast of sales": "estimatedclosedate estimatedamount estimatedvalue "
            "estimatedamount_base",
        },
    ),
)  # fmt: skip

_IDS = "vid canonicalvid contactid RecordID hs_object_id objectid contact_id dealid"
# For each key of [data.field_change_columns] the names that it may have.
HISTORIES = {
    "a Salesforce field history": {
        "lead_id": "LeadId OpportunityId ContactId ParentId",
        "field": "Field FieldName",
        "old_value": "OldValue",
        "value": "NewValue",
        "changed_at": "CreatedDate EditDate",
    },
    "a HubSpot property history": {
        "lead_id": _IDS,
        "field": "property PropertyName InternalPropertyName name",
        "value": "value PropertyValue",
        "changed_at": "timestamp ChangeDate DateOfChange UpdatedAt changed_at",
    },
    "a table of field changes": {
        "lead_id": "lead_id",
        "field": "field",
        "value": "value new_value",
        "changed_at": "changed_at",
    },
}


def recognise(names: Iterable[str]) -> Preset | None:
    """Return the CRM whose export has columns of these names, or None."""
    there = {normalised(name) for name in names}
    marks = {p.name: len(there & set(_names(p.marks))) for p in PRESETS}
    best = max(PRESETS, key=lambda preset: marks[preset.name])
    return best if marks[best.name] >= _ENOUGH_MARKS else None


def recognise_history(names: Iterable[str]) -> tuple[str, FieldChangeColumns] | None:
    """Return what a table of field changes is, and what its columns mean, or None."""
    columns = {normalised(name): name for name in reversed(list(names))}
    for what, keys in HISTORIES.items():
        found = {
            key: next((columns[n] for n in _names(wanted) if n in columns), None)
            for key, wanted in keys.items()
        }
        if all(found.values()):
            old = found.get("old_value") or columns.get("oldvalue")
            return what, FieldChangeColumns.model_validate(found | {"old_value": old})
    return None


def _names(text: str) -> list[str]:
    return [normalised(name) for name in text.split()]


def _among(name: str, text: str) -> bool:
    return normalised(name) in _names(text)
