"""Exports of Dynamics."""

from tests.features.crm.exports.build import (
    CHANCE,
    LATER,
    RATING,
    SOURCE,
    Export,
    N,
    closing,
    created,
    cycle,
    firms,
    ids,
)

EXPORTS = {
    "Dynamics leads": Export(
        "dynamics_lead",
        {
            "leadid": ids("l-"), "companyname": firms(), "createdon": created(),
            "modifiedon": created(), "statecode": cycle(1, 2, 0), "statuscode": cycle(3, 4, 1),
            "qualifyingopportunityid": cycle("x", "", ""), "leadsourcecode": cycle(8, 9),
            "leadqualitycode": cycle(1, 2), "estimatedclosedate": LATER.strftime("%Y-%m-%d"),
        },
        {
            "lead_id": "leadid", "account_id": "companyname", "created_at": "createdon",
            "outcome": "statecode", "won": ["1"], "lost": ["2"],
        },
        ("statuscode", "qualifyingopportunityid"),
        ("modifiedon", "leadqualitycode", "estimatedclosedate"),
    ),
    "Dynamics leads, labels": Export(
        "dynamics_lead",
        {
            "(Do Not Modify) Lead": ids("l-"), "(Do Not Modify) Row Checksum": cycle("x", "x"),
            "(Do Not Modify) Modified On": created(), "Company Name": firms(),
            "Created On": created(), "Status": cycle("Qualified", "Disqualified", "Open"),
            "Status Reason": cycle("Qualified", "Lost", "New"), "Lead Source": SOURCE,
            "Qualifying Opportunity": cycle("x", "", ""), "Rating": RATING, "statecode": [""] * N,
        },
        {
            "lead_id": "(Do Not Modify) Lead", "created_at": "Created On", "outcome": "Status",
            "won": ["Qualified"], "lost": ["Disqualified"],
        },
        ("Qualifying Opportunity", "Status Reason"),
        ("(Do Not Modify) Modified On", "Rating", "(Do Not Modify) Row Checksum"),
    ),
    "Dynamics opportunities": Export(
        "dynamics_opportunity",
        {
            "(Do Not Modify) Opportunity": ids("o-"), "Topic": cycle("x", "y"),
            "Potential Customer": firms(), "Status": cycle("Won", "Lost", "Open"),
            "Status Reason": cycle("Won", "Canceled", "In Progress"), "Est. Close Date": created(),
            "Est. Revenue": cycle(10, 20), "Actual Close Date": closing(),
            "Actual Revenue": cycle(10, 0, ""), "Created On": created(), "Rating": RATING,
            "Probability": CHANCE,
        },
        {
            "lead_id": "(Do Not Modify) Opportunity", "account_id": "Potential Customer",
            "created_at": "Created On", "outcome": "Status", "won": ["Won"], "lost": ["Lost"],
            "closed_at": "Actual Close Date", "amount": "Actual Revenue",
        },
        ("Status Reason", "Probability"),
        ("Est. Close Date", "Est. Revenue", "Rating"),
    ),
    "Dynamics opportunities in German": Export(
        "dynamics_opportunity",
        {
            "(Nicht ändern) Verkaufschance": ids("o-"), "Potenzieller Kunde": firms(),
            "Status": cycle("Gewonnen", "Verloren", "Offen"),
            "Statusgrund": cycle("Gewonnen", "Storniert", "In Bearbeitung"),
            "Geschätztes Abschlussdatum": created("%d.%m.%Y"),
            "Tatsächliches Abschlussdatum": closing("%d.%m.%Y"),
            "Tatsächlicher Umsatz": cycle("10,00", "0,00", ""),
            "Erstellt am": created("%d.%m.%Y %H:%M"),
        },
        {
            "lead_id": "(Nicht ändern) Verkaufschance", "account_id": "Potenzieller Kunde",
            "created_at": "Erstellt am", "outcome": "Status", "won": ["Gewonnen"],
            "lost": ["Verloren"], "closed_at": "Tatsächliches Abschlussdatum",
        },
        ("Statusgrund",),
        ("Geschätztes Abschlussdatum",),
    ),
    "Dynamics contacts": Export(
        "dynamics_contact",
        {
            "contactid": ids("c-"), "parentcustomerid": firms(), "createdon": created(),
            "preferredcontactmethodcode": cycle(1, 2), "donotemail": cycle(0, 1),
            "statecode": cycle(0, 1),
        },
        {"lead_id": "contactid", "created_at": "createdon"},
    ),
}  # fmt: skip
