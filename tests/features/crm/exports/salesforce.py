"""Exports of Salesforce."""

from tests.features.crm.exports.build import (
    CHANCE,
    FLAG,
    LATER,
    LEAD_STATUS,
    OWNER,
    RATING,
    SOURCE,
    WON_LOST,
    Export,
    closing,
    created,
    cycle,
    firms,
    ids,
)

EXPORTS = {
    "Salesforce leads": Export(
        "salesforce_lead",
        {
            "Id": ids("00Q"), "Company": firms(), "LeadSource": SOURCE, "Status": LEAD_STATUS,
            "IsConverted": FLAG, "ConvertedDate": closing(wins_only=True),
            "ConvertedOpportunityId": cycle("006x", "", ""),
            "NumberOfEmployees": cycle(10, 20, 30, 40), "Rating": RATING, "OwnerId": OWNER,
            "CreatedDate": created("%Y-%m-%dT%H:%M:%S.000+0000"),
            "SystemModstamp": created("%Y-%m-%dT%H:%M:%S.000+0000"),
        },
        {
            "lead_id": "Id", "account_id": "Company", "created_at": "CreatedDate",
            "outcome": "Status", "won": ["Closed - Converted"], "lost": ["Closed - Not Converted"],
            "unworked": ["Open - Not Contacted"], "closed_at": "ConvertedDate",
        },
        ("IsConverted", "ConvertedOpportunityId"),
        ("Rating", "OwnerId", "SystemModstamp"),
    ),
    "Salesforce leads, labels": Export(
        "salesforce_lead",
        {
            "Lead ID": ids("00Q"), "Company / Account": firms(), "Lead Source": SOURCE,
            "Lead Status": LEAD_STATUS, "Converted": FLAG,
            "Converted Date": closing(wins_only=True), "Lead Owner": OWNER,
            "Created Date": created("%Y-%m-%d"), "Rating": RATING,
        },
        {
            "lead_id": "Lead ID", "account_id": "Company / Account", "created_at": "Created Date",
            "outcome": "Lead Status", "won": ["Closed - Converted"],
            "lost": ["Closed - Not Converted"], "closed_at": "Converted Date",
        },
        ("Converted",),
        ("Rating", "Lead Owner"),
    ),
    "Salesforce opportunities": Export(
        "salesforce_opportunity",
        {
            "Id": ids("006"), "AccountId": cycle("001a", "001b"), "StageName": cycle(*WON_LOST),
            "Amount": cycle(10, 20), "Probability": CHANCE, "ExpectedRevenue": CHANCE,
            "CloseDate": LATER.strftime("%Y-%m-%d"), "LeadSource": SOURCE,
            "IsClosed": cycle(1, 1, 0),
            "IsWon": FLAG, "CreatedDate": created(), "Loss_Reason__c": cycle("", "Price", ""),
            "ForecastCategoryName": cycle("Closed", "Omitted", "Pipeline"), "OwnerId": OWNER,
            "FiscalYear": cycle(2026, 2026), "Type": cycle("New", "Old"),
        },
        {
            "lead_id": "Id", "account_id": "AccountId", "created_at": "CreatedDate",
            "outcome": "StageName", "won": ["Closed Won"], "lost": ["Closed Lost"],
            "closed_at": "CloseDate", "amount": "Amount",
        },
        ("Probability", "ExpectedRevenue", "IsClosed", "Loss_Reason__c", "ForecastCategoryName",
         "FiscalYear"),
        ("OwnerId",),
    ),
    "Salesforce opportunities, labels": Export(
        "salesforce_opportunity",
        {
            "Opportunity ID": ids("006"), "Opportunity Name": cycle("x", "y"),
            "Account Name": firms(), "Opportunity Owner": OWNER, "Stage": cycle(*WON_LOST),
            "Fiscal Period": cycle("Q1-2026", "Q2-2026"), "Amount": cycle(10, 20),
            "Probability (%)": CHANCE, "Age": cycle(3, 9, 27), "Close Date": closing("%d/%m/%Y"),
            "Created Date": created("%d/%m/%Y"), "Next Step": cycle("call", ""), "Type": SOURCE,
            "Lead Source": SOURCE,
        },
        {
            "lead_id": "Opportunity ID", "account_id": "Account Name",
            "created_at": "Created Date", "outcome": "Stage", "closed_at": "Close Date",
        },
        ("Fiscal Period", "Probability (%)", "Age"),
        ("Opportunity Owner", "Next Step"),
    ),
    "Salesforce contacts": Export(
        "salesforce_contact",
        {
            "Contact ID": ids("003"), "Contact Owner": OWNER, "Account Name": firms(),
            "Mailing Street": firms(), "Mailing City": cycle("a", "b"),
            "Mailing Country": cycle("DE", "AT"), "Created Date": created("%Y-%m-%d"),
            "Lead Source": SOURCE,
        },
        {"lead_id": "Contact ID", "created_at": "Created Date"},
        unknown=("Contact Owner",),
    ),
}  # fmt: skip
