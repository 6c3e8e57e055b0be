"""Small made-up exports with the columns that each CRM gives each of its objects."""

from dataclasses import dataclass, field

import pandas as pd

N = 60
DAYS = pd.date_range("2026-01-05", periods=N, freq="D")
LATER = DAYS + pd.Timedelta(days=9)
ENDED = [i % 3 < 2 for i in range(N)]


def cycle(*values):
    """Return the values over and over: for won, lost and open leads, where there are three."""
    return [values[i % len(values)] for i in range(N)]


def closing(pattern="%Y-%m-%d", *, wins_only=False):
    """The day of closing of the leads that have ended."""
    ends = [i % 3 == 0 for i in range(N)] if wins_only else ENDED
    return [day if end else "" for day, end in zip(LATER.strftime(pattern), ends, strict=True)]


def created(pattern="%Y-%m-%d %H:%M:%S"):
    """The day of creation."""
    return list((DAYS + pd.Timedelta(hours=8)).strftime(pattern))


def ids(prefix=""):
    """One id a lead."""
    return [f"{prefix}{1000 + i}" for i in range(N)]


def firms():
    """A company for every third lead or so."""
    return [f"Firm {i % 20}" for i in range(N)]


@dataclass(frozen=True)
class Export:
    """One export and what `init` is to make of it.

    Attributes
    ----------
    file
        Of the object, in ``features/crm/objects``.
    columns
        Names and values.
    means
        Keys of ``[columns]`` and what they are to be.
    after_outcome, unknown
        Columns that are to stand there, among others.
    """

    file: str
    columns: dict
    means: dict = field(default_factory=dict)
    after_outcome: tuple = ()
    unknown: tuple = ()

    @property
    def frame(self):
        return pd.DataFrame({name: list(values) for name, values in self.columns.items()})


WON_LOST = ("Closed Won", "Closed Lost", "Negotiation")
RATING, OWNER, SOURCE = cycle("Hot", "Cold"), cycle("a", "b"), cycle("Web", "Partner")
LEAD_STATUS = cycle("Closed - Converted", "Closed - Not Converted", "Open - Not Contacted")
FLAG, UNFLAG = cycle("1", "0", "0"), cycle("0", "1", "0")
CHANCE = cycle("100", "0", "40")

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
    "HubSpot contacts": Export(
        "hubspot_contact",
        {
            "hs_object_id": ids(), "associatedcompanyid": cycle("9", "8", "7"),
            "createdate": created("%Y-%m-%dT%H:%M:%SZ"),
            "lifecyclestage": cycle("customer", "lead", "marketingqualifiedlead"),
            "closedate": closing(wins_only=True),
            "recent_deal_amount": cycle("900", "", ""),
            "hs_analytics_source": cycle("ORGANIC_SEARCH", "DIRECT_TRAFFIC"),
            "hs_analytics_num_page_views": cycle(3, 9, 27), "hs_email_open": cycle(5, 6, 7),
            "hs_latest_source": cycle("DIRECT_TRAFFIC", "OFFLINE"), "hubspot_owner_id": OWNER,
            "num_associated_deals": cycle(1, 0, 0),
        },
        {
            "lead_id": "hs_object_id", "account_id": "associatedcompanyid",
            "created_at": "createdate", "outcome": "lifecyclestage", "won": ["customer"],
            "lost": [], "closed_at": "closedate", "amount": "recent_deal_amount",
        },
        ("num_associated_deals",),
        ("hs_analytics_num_page_views", "hs_email_open", "hs_latest_source", "hubspot_owner_id"),
    ),
    "HubSpot contacts, labels": Export(
        "hubspot_contact",
        {
            "Record ID": ids(), "Primary Associated Company ID": cycle("9", "8", "7"),
            "Create Date": created(), "Close Date": closing(wins_only=True),
            "Lifecycle Stage": cycle("Customer", "Lead", "Marketing Qualified Lead"),
            "Original Source": SOURCE, "Number of Pageviews": cycle(3, 9, 27),
            "Contact owner": OWNER, "Industry": cycle("Retail", "Energy"),
        },
        {
            "lead_id": "Record ID", "created_at": "Create Date", "outcome": "Lifecycle Stage",
            "won": ["Customer"], "lost": [], "closed_at": "Close Date",
        },
        unknown=("Number of Pageviews", "Contact owner"),
    ),
    "HubSpot deals": Export(
        "hubspot_deal",
        {
            "hs_object_id": ids(), "dealname": firms(), "dealstage": cycle(
                "closedwon", "closedlost", "appointmentscheduled"
            ),
            "pipeline": cycle("default", "default"), "amount": cycle(10, 20),
            "createdate": created("%Y-%m-%dT%H:%M:%SZ"), "closedate": LATER.strftime("%Y-%m-%d"),
            "hs_is_closed_won": cycle("true", "false", "false"), "hs_forecast_amount": CHANCE,
            "hs_deal_stage_probability": CHANCE, "closed_lost_reason": cycle("", "price", ""),
            "hubspot_owner_id": OWNER, "hs_v2_date_entered_closedwon": closing(wins_only=True),
        },
        {
            "lead_id": "hs_object_id", "created_at": "createdate", "outcome": "dealstage",
            "won": ["closedwon"], "lost": ["closedlost"], "closed_at": "closedate",
            "amount": "amount",
        },
        ("hs_is_closed_won", "hs_forecast_amount", "hs_deal_stage_probability",
         "closed_lost_reason", "hs_v2_date_entered_closedwon"),
        ("hubspot_owner_id",),
    ),
    "HubSpot deals in German": Export(
        "hubspot_deal",
        {
            "Datensatz-ID": ids(), "Deal-Name": firms(), "Pipeline": cycle("Vertrieb", "Vertrieb"),
            "Deal-Phase": cycle(
                "Abgeschlossen und gewonnen (Vertrieb)", "Abgeschlossen und verloren (Vertrieb)",
                "Angebot versendet (Vertrieb)",
            ),
            "Betrag": cycle("10,50", "20,00"), "Erstelldatum": created("%d.%m.%Y %H:%M"),
            "Abschlussdatum": LATER.strftime("%d.%m.%Y %H:%M"),
        },
        {
            "lead_id": "Datensatz-ID", "created_at": "Erstelldatum", "outcome": "Deal-Phase",
            "won": ["Abgeschlossen und gewonnen (Vertrieb)"],
            "lost": ["Abgeschlossen und verloren (Vertrieb)"], "closed_at": "Abschlussdatum",
        },
    ),
    "HubSpot deals in French": Export(
        "hubspot_deal",
        {
            "ID de fiche d'informations": ids(), "Nom de la transaction": firms(),
            "Phase de la transaction": cycle("Fermé gagné", "Fermé perdu", "Contrat envoyé"),
            "Montant": cycle("10,5", "20"), "Date de création": created("%d/%m/%Y %H:%M"),
            "Date de fermeture": LATER.strftime("%d/%m/%Y %H:%M"),
        },
        {
            "lead_id": "ID de fiche d'informations", "created_at": "Date de création",
            "outcome": "Phase de la transaction", "won": ["Fermé gagné"], "lost": ["Fermé perdu"],
            "closed_at": "Date de fermeture", "amount": "Montant",
        },
    ),
    "HubSpot leads": Export(
        "hubspot_lead",
        {
            "hs_object_id": ids(), "hs_lead_name": firms(), "hs_lead_type": SOURCE,
            "hs_lead_label": cycle("HOT", "COLD"), "hs_createdate": created(),
            "hs_pipeline_stage": cycle("Qualified", "Disqualified", "Connected"),
            "hs_lead_disqualification_reason": cycle("", "NO_FIT", ""),
        },
        {
            "lead_id": "hs_object_id", "created_at": "hs_createdate",
            "outcome": "hs_pipeline_stage", "won": ["Qualified"], "lost": ["Disqualified"],
        },
        ("hs_lead_disqualification_reason",),
        ("hs_lead_label",),
    ),
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
    "Zoho deals": Export(
        "zoho_deal",
        {
            "Record Id": ids("zcrm_"), "Deal Name": cycle("x", "y"), "Stage": cycle(*WON_LOST),
            "Amount": cycle(10, 20), "Created Time": created(), "Modified Time": created(),
            "Closing Date": LATER.strftime("%Y-%m-%d"), "Lead Source": SOURCE, "Deal Owner": OWNER,
            "Probability (%)": CHANCE, "Reason For Loss": cycle("", "Price", ""),
            "Overall Sales Duration": cycle(9, 9, ""),
        },
        {
            "lead_id": "Record Id", "created_at": "Created Time", "outcome": "Stage",
            "won": ["Closed Won"], "lost": ["Closed Lost"], "closed_at": "Closing Date",
            "amount": "Amount",
        },
        ("Probability (%)", "Reason For Loss", "Overall Sales Duration"),
        ("Deal Owner", "Modified Time"),
    ),
    "Zoho deals in German": Export(
        "zoho_deal",
        {
            "Datensatz-ID": ids("zcrm_"), "Abschlussname": cycle("x", "y"), "Firmenname": firms(),
            "Phase": cycle("Geschlossen (gewonnen)", "Geschlossen (verloren)", "Bedarfsanalyse"),
            "Betrag": cycle("1.000,50", "20,00"), "Erstellungszeit": created("%d.%m.%Y %H:%M"),
            "Änderungszeit": created("%d.%m.%Y %H:%M"),
            "Abschlussdatum": LATER.strftime("%d.%m.%Y"), "Wahrscheinlichkeit (%)": CHANCE,
            "Erwarteter Umsatz": CHANCE, "Lead-Quelle": SOURCE,
        },
        {
            "lead_id": "Datensatz-ID", "account_id": "Firmenname", "created_at": "Erstellungszeit",
            "outcome": "Phase", "won": ["Geschlossen (gewonnen)"],
            "lost": ["Geschlossen (verloren)"], "closed_at": "Abschlussdatum", "amount": "Betrag",
            "segments": ["Lead-Quelle"],
        },
        ("Wahrscheinlichkeit (%)", "Erwarteter Umsatz"),
        ("Änderungszeit",),
    ),
    "Zoho leads": Export(
        "zoho_lead",
        {
            "Record Id": ids("zcrm_"), "Company": firms(), "Lead Owner": OWNER,
            "Lead Status": cycle("Converted", "Lost Lead", "Attempted to Contact"),
            "Lead Source": SOURCE, "Created Time": created(), "Modified Time": created(),
            "Converted Date Time": closing(wins_only=True), "Is Converted": FLAG,
            "No. of Employees": cycle(1, 2), "Lead Conversion Time": cycle(9, "", ""),
        },
        {
            "lead_id": "Record Id", "account_id": "Company", "created_at": "Created Time",
            "outcome": "Lead Status", "won": ["Converted"], "lost": ["Lost Lead"],
            "closed_at": "Converted Date Time",
        },
        ("Is Converted", "Lead Conversion Time"),
        ("Lead Owner", "Modified Time"),
    ),
    "Zoho contacts": Export(
        "zoho_contact",
        {
            "Record Id": ids("zcrm_"), "Contact Owner": OWNER, "Account Name": firms(),
            "Created Time": created(), "Modified Time": created(), "Mailing City": OWNER,
            "Vendor Name": firms(), "Lead Source": SOURCE,
        },
        {"lead_id": "Record Id", "created_at": "Created Time"},
        unknown=("Contact Owner", "Modified Time"),
    ),
    "Pipedrive deals": Export(
        "pipedrive_deal",
        {
            "Deal - ID": ids(), "Deal - Title": cycle("x", "y"), "Deal - Value": cycle(10, 20),
            "Deal - Organization": firms(), "Deal - Pipeline": cycle("Sales", "Sales"),
            "Deal - Stage": cycle("Proposal", "Demo", "Contact made"),
            "Deal - Status": cycle("Won", "Lost", "Open"), "Deal - Owner": OWNER,
            "Deal - Deal created": created(), "Deal - Update time": created(),
            "Deal - Won time": closing(wins_only=True), "Deal - Deal closed on": closing(),
            "Deal - Lost reason": cycle("", "Price", ""), "Deal - Done activities": cycle(1, 2, 3),
            "Deal - Expected close date": created(), "Person - Name": firms(),
        },
        {
            "lead_id": "Deal - ID", "account_id": "Deal - Organization",
            "created_at": "Deal - Deal created", "outcome": "Deal - Status", "won": ["Won"],
            "lost": ["Lost"], "closed_at": "Deal - Deal closed on", "amount": "Deal - Value",
        },
        ("Deal - Stage", "Deal - Won time", "Deal - Lost reason"),
        ("Deal - Owner", "Deal - Update time", "Deal - Done activities",
         "Deal - Expected close date"),
    ),
    "Pipedrive deals in French": Export(
        "pipedrive_deal",
        {
            "Affaire - ID": ids(), "Affaire - Titre": cycle("x", "y"),
            "Affaire - Valeur": cycle("10,50", "20"), "Affaire - Organisation": firms(),
            "Affaire - Étape": cycle("Proposition", "Démo", "Contact"),
            "Affaire - Statut": cycle("Gagnée", "Perdue", "En cours"),
            "Affaire - Affaire créée": created("%d/%m/%Y %H:%M"),
            "Affaire - Date de gain": closing("%d/%m/%Y %H:%M", wins_only=True),
            "Affaire - Date de perte": cycle("", "14/02/2026 10:00", ""),
            "Affaire - Raison de la perte": cycle("", "Prix", ""),
            "Affaire - Propriétaire": OWNER,
        },
        {
            "lead_id": "Affaire - ID", "account_id": "Affaire - Organisation",
            "created_at": "Affaire - Affaire créée", "outcome": "Affaire - Statut",
            "won": ["Gagnée"], "lost": ["Perdue"], "closed_at": "Affaire - Date de gain",
            "amount": "Affaire - Valeur",
        },
        ("Affaire - Étape", "Affaire - Date de perte", "Affaire - Raison de la perte"),
        ("Affaire - Propriétaire",),
    ),
    "Pipedrive leads": Export(
        "pipedrive_lead",
        {
            "Lead - ID": ids("l-"), "Lead - Title": cycle("x", "y"), "Lead - Owner": OWNER,
            "Lead - Labels": RATING, "Lead - Lead created": created(),
            "Lead - Source channel": SOURCE, "Lead - Next activity": created(),
        },
        {"lead_id": "Lead - ID", "created_at": "Lead - Lead created"},
        unknown=("Lead - Owner", "Lead - Labels"),
    ),
    "Pipedrive persons": Export(
        "pipedrive_person",
        {
            "Person - ID": ids(), "Person - Name": firms(), "Person - Organization": firms(),
            "Person - Owner": OWNER, "Person - Person created": created(),
            "Person - Won deals": cycle(2, 0, 1),
        },
        {"lead_id": "Person - ID", "created_at": "Person - Person created"},
        ("Person - Won deals",),
    ),
    "Odoo opportunities": Export(
        "odoo_lead",
        {
            "id": ids(), "partner_id": firms(), "stage_id": cycle("Won", "Proposition", "New"),
            "won_status": cycle("won", "lost", "pending"), "probability": CHANCE,
            "expected_revenue": cycle(10, 20), "create_date": created(), "write_date": created(),
            "date_closed": closing(), "date_deadline": created(), "user_id": OWNER,
            "lost_reason_id": cycle("", "Too expensive", ""), "source_id": SOURCE,
            "team_id": cycle("Sales", "Web"),
        },
        {
            "lead_id": "id", "account_id": "partner_id", "created_at": "create_date",
            "outcome": "won_status", "won": ["won"], "lost": ["lost"], "closed_at": "date_closed",
            "amount": "expected_revenue",
        },
        ("stage_id", "probability", "lost_reason_id"),
        ("write_date", "date_deadline", "user_id"),
    ),
    "Odoo opportunities, labels": Export(
        "odoo_lead",
        {
            "External ID": ids("crm_lead_"), "Opportunity": cycle("x", "y"), "Customer": firms(),
            "Stage": cycle("Won", "Proposition", "New"), "Salesperson": OWNER, "Sales Team": SOURCE,
            "Is Won": cycle("Won", "Lost", "Pending"), "Expected Closing": created("%Y-%m-%d"),
            "Closed Date": closing(), "Created on": created(), "Days to Close": cycle(9, 9, ""),
            "Expected Revenue": cycle(10, 20), "Lost Reason": cycle("", "Price", ""),
        },
        {
            "lead_id": "External ID", "created_at": "Created on", "outcome": "Is Won",
            "won": ["Won"], "lost": ["Lost"], "closed_at": "Closed Date",
        },
        ("Stage", "Days to Close", "Lost Reason"),
        ("Salesperson", "Expected Closing"),
    ),
    "Odoo contacts": Export(
        "odoo_contact",
        {
            "id": ids(), "is_company": FLAG, "customer_rank": cycle(2, 0, 1), "parent_id": firms(),
            "commercial_partner_id": firms(), "create_date": created(), "user_id": OWNER,
        },
        {"lead_id": "id", "created_at": "create_date"},
        ("customer_rank",),
        ("user_id",),
    ),
}  # fmt: skip
