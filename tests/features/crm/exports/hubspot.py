"""Exports of HubSpot."""

from tests.features.crm.exports.build import (
    CHANCE,
    LATER,
    OWNER,
    SOURCE,
    Export,
    closing,
    created,
    cycle,
    firms,
    ids,
)

EXPORTS = {
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
}  # fmt: skip
